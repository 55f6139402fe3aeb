// SPDX-License-Identifier: Apache-2.0

// Lets pods come and go for an hour while the daemon's token lasts ten minutes, the least that the API server gives:
//   node test/cluster/token-soak.ts [MINUTES]
// It prints a line per ten pods, and ends with 1 when a pod was not attached or a request was refused for its token.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { delay } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { networkAttachmentDefinitionCrd } from '../../src/kubernetes/embedded/crd/network-attachment-definition.ts'
import { Cluster } from './cluster.ts'
import { expectInterfaces, podManifest } from './pods.ts'
import { networks } from './scenario-manifests.ts'
import { rolledOut, system } from './workloads.ts'

const minutes = Number(process.argv[2] ?? 60)
const pauseMs = 25_000
const directory = '/var/run/secrets/kubernetes.io/serviceaccount'

/** As the kubelet mounts it by itself, but for the time that the token lasts. */
const tokenVolume = {
  name: 'token',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 600 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
}

await using cluster = await Cluster.start(1)
await cluster.apply(networkAttachmentDefinitionCrd)
await cluster.kubectl(['wait', '--for=condition=Established', '--all', 'crd', '--timeout=60s'])
await cluster.apply(networks())
await cluster.apply(withShortTokens())
await rolledOut(cluster, 'daemonset/plait', system)

const end = Date.now() + minutes * 60_000
let [pods, failed] = [0, 0]
while (Date.now() < end) {
  if (!(await comesAndGoes(`pod${pods++}`))) failed++
  if (pods % 10 === 0) console.log(`${new Date().toISOString()} ${pods} pods, ${failed} failed`)
  await delay(pauseMs)
}
const refused = (await requestsRefused()) + (await refusalsInLog())
console.log(`${pods} pods, ${failed} failed, ${refused} refused for their token`)
process.exitCode = failed + refused > 0 ? 1 : 0

function withShortTokens(): string {
  const path = join(import.meta.dirname, 'manifests/daemon.yaml')
  const documents = parseAllDocuments(readFileSync(path, 'utf8'))
  const daemon = documents.find((document) => document.get('kind') === 'DaemonSet')
  const spec = ['spec', 'template', 'spec']
  daemon?.setIn([...spec, 'automountServiceAccountToken'], false)
  daemon?.addIn([...spec, 'volumes'], tokenVolume)
  daemon?.addIn([...spec, 'containers', 0, 'volumeMounts'], { name: 'token', mountPath: directory })
  return documents.map(String).join('---\n')
}

async function comesAndGoes(name: string): Promise<boolean> {
  const manifest: JsonObject = podManifest(name)
  try {
    await cluster.apply(manifest)
    await cluster.kubectl(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
    await expectInterfaces(cluster, [manifest])
    return true
  } catch (error) {
    console.error(`${new Date().toISOString()} ${name}: ${String(error)}`)
    return false
  } finally {
    await cluster.kubectl(['delete', 'pod', name, '--ignore-not-found', '--timeout=60s'])
  }
}

/** By the API server's own count. */
async function requestsRefused(): Promise<number> {
  const metrics = await cluster.kubectl(['get', '--raw', '/metrics'])
  const counts = [...metrics.matchAll(/^apiserver_request_total\{.*code="401".*\} (\d+)$/gm)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}

async function refusalsInLog(): Promise<number> {
  const log = await cluster.kubectl(['--namespace', system, 'logs', 'daemonset/plait', '--tail=-1'])
  return [...log.matchAll(/unauthorized/gi)].length
}
