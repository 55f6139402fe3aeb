// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject } from '../../src/base/index.ts'
import { EmbeddedApiServer, pods } from '../../src/kubernetes/index.ts'
import { DaemonProcess } from './daemon-process.ts'
import { jobsOf, makeNodeDirectory } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'
import { inCheckout } from './peers.ts'
import { definitions, nodeName, podObject } from './pods.ts'

/** plait: a real daemon with the embedded API server in this process. */
export async function startPlaitNode(): Promise<MultusNode> {
  const directory = makeNodeDirectory('plait')
  const server = await EmbeddedApiServer.start()
  server.apply(definitions('plait'))
  const configFile = join(directory.path, 'daemon-config.json')
  const kubeconfig = join(directory.path, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server.url)))
  writeFileSync(
    configFile,
    JSON.stringify({ socketDir: directory.socketDir, logLevel: 'error', logToStderr: true, kubeconfig }),
  )
  const command = [inCheckout('build/plait/bin/plait'), 'daemon', '-config', configFile] as const
  return {
    name: 'plait',
    startDaemon: () =>
      DaemonProcess.start({
        command: [...command],
        env: { PATH: process.env.PATH ?? '', MULTUS_NODE_NAME: nodeName },
        socketPath: directory.socketPath,
        logFile: join(directory.path, 'log'),
      }),
    setPods: (names) => Promise.resolve(setPods(server, names)),
    job: jobsOf(directory, inCheckout('build/multus-shim'), '/nowhere'),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

function setPods({ api }: EmbeddedApiServer, names: readonly string[]): ReadonlyMap<string, string> {
  for (const { metadata } of api.list(pods).items) {
    if (!isJsonObject(metadata) || typeof metadata.name !== 'string') continue
    api.remove(pods, { namespace: 'default', name: metadata.name }, { gracePeriodSeconds: 0 })
  }
  return new Map(
    names.map((name) => {
      const { metadata } = api.create(podObject(name, ''))
      const uid = isJsonObject(metadata) && typeof metadata.uid === 'string' ? metadata.uid : ''
      return [name, uid]
    }),
  )
}

function kubeconfigFor(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  }
}
