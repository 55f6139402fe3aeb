// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startApiServer } from './api-server.ts'
import type { ApiAddress } from './api-server.ts'
import { inBundle } from './bundle.ts'
import { DaemonProcess } from './daemon-process.ts'
import { jobsOf, makeNodeDirectory, podSetter } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'
import { nodeName } from './pods.ts'

const apiPort = 6444

/** plait as an image has it: the bundle and the shim. */
export async function startPlaitNode(): Promise<MultusNode> {
  const directory = makeNodeDirectory('plait')
  const { path, socketDir, socketPath } = directory
  const api = await startApiServer({ directory: path, port: apiPort })
  const [configFile, kubeconfig] = [join(path, 'daemon-config.json'), join(path, 'kubeconfig')]
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(api.address)))
  const config = { socketDir, logLevel: 'error', logToStderr: true, kubeconfig }
  writeFileSync(configFile, JSON.stringify(config))
  const command = [inBundle('bin/plait'), 'daemon', '-config', configFile] as const
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, MULTUS_NODE_NAME: nodeName }
  return {
    name: 'plait',
    startDaemon: () => DaemonProcess.start({ command, env, socketPath, logFile: join(path, 'log') }),
    setPods: podSetter(api, 'plait'),
    takeRequests: () => api.takeRequests(),
    job: jobsOf(directory, inBundle('build/multus-shim'), '/nowhere'),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

function kubeconfigFor({ host, port, tls }: ApiAddress): object {
  const server = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server, ...(tls && { 'certificate-authority': tls.caFile }) } }],
    users: [{ name: 'bench', user: tls === undefined ? {} : { token: tls.token } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  }
}
