// SPDX-License-Identifier: Apache-2.0

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startApiServer } from './api-server.ts'
import type { ApiAddress } from './api-server.ts'
import { DaemonProcess } from './daemon-process.ts'
import { jobsOf, makeNodeDirectory, podSetter } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'
import { fakeApiServer, peer } from './peers.ts'
import { nodeName } from './pods.ts'

const apiPort = 6443
// Where client-go looks inside a pod; /var/run is a link to /run.
const account = '/run/secrets/kubernetes.io/serviceaccount'

/** Upstream's thick Multus, in the way it runs in a cluster; a text when it cannot be had. */
export async function startUpstreamNode(): Promise<MultusNode | string> {
  const [daemon, shim] = [peer('multus-daemon'), peer('multus-shim')]
  if (daemon === undefined || shim === undefined)
    return 'Upstream Multus is not built: run tools/build-peers.sh, set PLAIT_PEERS.'
  if (fakeApiServer() === undefined)
    return 'Upstream needs an API server with TLS and protobuf: set PLAIT_RECORDINGS.'
  const directory = makeNodeDirectory('upstream')
  const { path, socketDir, socketPath } = directory
  const api = await startApiServer({ directory: path, port: apiPort })
  installAccount(api.address)
  const configFile = join(path, 'daemon-config.json')
  writeFileSync(configFile, JSON.stringify(daemonConfig(path, socketDir)))
  const env = {
    PATH: process.env.PATH ?? '',
    KUBERNETES_SERVICE_HOST: api.address.host,
    KUBERNETES_SERVICE_PORT: String(api.address.port),
    MULTUS_NODE_NAME: nodeName,
    CNI_PATH: dirname(daemon),
  }
  const command = [daemon, '-config', configFile] as const
  return {
    name: 'upstream',
    startDaemon: () => DaemonProcess.start({ command, env, socketPath, logFile: join(path, 'log') }),
    setPods: podSetter(api, 'upstream'),
    takeRequests: () => api.takeRequests(),
    job: jobsOf(directory, shim, dirname(daemon)),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

function daemonConfig(path: string, socketDir: string): object {
  return {
    chrootDir: '',
    cniVersion: '1.0.0',
    logLevel: 'error',
    logToStderr: false,
    cniConfigDir: join(path, 'net.d'),
    multusConfigFile: 'auto',
    multusAutoconfigDir: join(path, 'net.d'),
    socketDir,
  }
}

function installAccount({ tls }: ApiAddress): void {
  if (tls === undefined) throw new Error('Cannot start upstream: it needs an API server with TLS')
  mkdirSync(account, { recursive: true })
  copyFileSync(tls.caFile, join(account, 'ca.crt'))
  writeFileSync(join(account, 'token'), tls.token)
  writeFileSync(join(account, 'namespace'), 'kube-system')
}
