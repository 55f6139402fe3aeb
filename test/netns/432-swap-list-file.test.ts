// SPDX-License-Identifier: Apache-2.0

// A node changes hands whose default network is a file with a list of plugins, as on most clusters. Upstream 4.3.0 forgets
// the settings of such plugins and leaks their addresses when it deletes its own pods.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import type { JsonObject } from '../../src/base/index.ts'
import { formatKubeconfig } from '../../src/lab/run/kubeconfig.ts'
import { networksAnnotation } from '../../src/multus/index.ts'
import { checkLeaks, linkNames } from './fixture.ts'
import { environment, macvlan, makeMultusNode, multusConfig, reservations } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'
import { assertReleased, runUpstream, upstreamBin, withoutUpstream } from './upstream-multus.ts'

checkLeaks()

// Upstream writes no status there, which it would do in a format that the API server of the lab does not read.
const namespace = 'kube-system'
const args = `IgnoreUnknown=1;K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=pod1;K8S_POD_INFRA_CONTAINER_ID=c1`

/** A node whose default network is a bridge and a tuning plugin in a list of a file, with one more network from the API. */
async function makeNode(t: TestContext): Promise<{ node: MultusNode; config: JsonObject }> {
  const node = await makeMultusNode(t)
  const { delegates, ...config } = multusConfig(node.directory)
  assert.ok(Array.isArray(delegates))
  const { name, cniVersion: _, ...bridge } = delegates[0]
  const primary = join(node.directory, '10-primary.conflist')
  const plugins = [bridge, { type: 'tuning', mtu: 1400 }]
  writeFileSync(primary, JSON.stringify({ cniVersion: '1.0.0', name, plugins }))
  const network = { ...macvlan(node.directory, 1), cniVersion: '1.0.0' }
  const annotations = { [networksAnnotation]: 'net-1' }
  node.cluster.putPod({ namespace, annotations })
  node.cluster.putDefinition(`${namespace}/net-1`, network)
  const url = await startApi(t, node, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    podObject(annotations),
    definition(network),
  ])
  const kubeconfig = join(node.directory, 'kubeconfig')
  writeFileSync(kubeconfig, formatKubeconfig({ url, token: undefined }))
  return {
    node,
    config: { ...config, cniVersion: '1.0.0', binDir: upstreamBin, clusterNetwork: primary, kubeconfig },
  }
}

function podObject(annotations: JsonObject): JsonObject {
  const spec = { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: 'pod1', annotations }, spec }
}

function definition(network: JsonObject): JsonObject {
  const spec = { config: JSON.stringify(network) }
  const kind = 'NetworkAttachmentDefinition'
  return { apiVersion: 'k8s.cni.cncf.io/v1', kind, metadata: { namespace, name: 'net-1' }, spec }
}

async function startApi(t: TestContext, node: MultusNode, objects: readonly JsonObject[]): Promise<string> {
  const script = join(import.meta.dirname, 'api-server.ts')
  const child = node.host.run(() => spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] }))
  t.after(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  child.stdin.end(JSON.stringify(objects))
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return String(line).trim()
}

function upstream(node: MultusNode, command: string, config: JsonObject): void {
  runUpstream(node, command, config, { CNI_ARGS: args })
}

async function ours(node: MultusNode, command: string, config: JsonObject): Promise<void> {
  const usual = { ...environment(command, 'c1', node.pod.path), CNI_ARGS: args, CNI_PATH: upstreamBin }
  const env = { ...usual, PATH: process.env['PATH'] ?? '' }
  await node.multus.handle(env, Buffer.from(JSON.stringify(config)))
}

function attached(node: MultusNode): void {
  assert.deepEqual(linkNames(node.pod).toSorted(), ['eth0', 'lo', 'net1'])
  assert.deepEqual(reservations(node), ['default-net/10.88.0.2', 'net-1/10.10.1.2'])
}

describe('a node with a list of plugins that changes hands', { skip: withoutUpstream }, () => {
  it('is given back by us without a trace of the pods that upstream made', async (t) => {
    const { node, config } = await makeNode(t)
    upstream(node, 'ADD', config)
    attached(node)
    await ours(node, 'CHECK', config)
    await ours(node, 'DEL', config)
    assertReleased(node)
  })

  it('is given back by upstream without a trace of the pods that we made', async (t) => {
    const { node, config } = await makeNode(t)
    await ours(node, 'ADD', config)
    attached(node)
    upstream(node, 'DEL', config)
    assertReleased(node)
  })

  it('keeps no address of pods of upstream that died while nobody was there', async (t) => {
    const { node, config } = await makeNode(t)
    upstream(node, 'ADD', config)
    // A request tells where the records are and how pods are released.
    await ours(node, 'CHECK', config)
    node.cluster.removePod({ namespace, name: 'pod1' })
    node.pod[Symbol.dispose]()
    const { released: count } = await node.multus.cleaning.round(AbortSignal.timeout(10_000))
    assert.equal(count, 1)
    assert.deepEqual(reservations(node), [])
  })
})
