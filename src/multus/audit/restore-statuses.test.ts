// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createFakeNode, fakeNetns } from '../fakes/fake-node.ts'
import type { FakeCall, FakeNode } from '../fakes/fake-node.ts'
import type { FakePod } from '../fakes/fake-cluster.ts'
import { forbidden, unreachable } from '../fakes/fake-cluster.ts'
import { networksAnnotation } from '../networks/networks.ts'
import { statusAnnotation } from '../status/annotation.ts'

const running = { status: { phase: 'Running', podIP: '10.0.0.2' } }
const place = 'default/pod1'
const config = { cniVersion: '1.1.0', delegates: [{ type: 'bridge', name: 'weave', cniVersion: '1.1.0' }] }

interface Cleanup {
  after(fn: () => void): void
}

/** A node whose pod was attached to three networks, and what the ADD wrote about it; that is lost now. */
async function nodeThatLostAStatus(
  t: Cleanup,
  { networks = 'lan,wan@ext0,lan', call = {} }: { networks?: string; call?: FakeCall } = {},
): Promise<{ node: FakeNode; written: string }> {
  const node = createFakeNode()
  t.after(() => node[Symbol.dispose]())
  const gateway = { dst: '0.0.0.0/0', gw: '10.0.0.1' }
  const links = (ifName: string, sandbox: string) => [{ name: 'veth1' }, { name: ifName, mtu: 1400, sandbox }]
  node.plugins.install('bridge', {
    ADD: ({ ifName, netns }) => ({
      cniVersion: '1.1.0',
      interfaces: links(ifName, netns),
      ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 1 }],
      routes: [gateway],
      dns: { nameservers: ['10.0.0.53'], search: [] },
    }),
  })
  node.plugins.install('macvlan')
  node.cluster.putDefinition('default/lan', { type: 'macvlan', name: 'lan', cniVersion: '1.1.0' })
  node.cluster.putDefinition('default/wan', { type: 'macvlan', name: 'wan', cniVersion: '0.3.1' })
  putPod(node, {}, networks)
  await node.run('ADD', { config, ...call })
  const written = node.cluster.statuses.get(place)
  assert.ok(written)
  node.cluster.statuses.clear()
  node.cluster.requests.length = 0
  node.restart()
  return { node, written }
}

function putPod({ cluster }: FakeNode, pod: FakePod = {}, networks = 'lan,wan@ext0,lan'): void {
  cluster.putPod({ ...running, ...pod, annotations: { [networksAnnotation]: networks, ...pod.annotations } })
}

async function restore({ multus, cluster }: FakeNode): Promise<string | undefined> {
  const pod = cluster.cachedPod({ namespace: 'default', name: 'pod1' })
  assert.ok(multus.audit && pod)
  const count = await multus.audit.restoreStatuses([pod], AbortSignal.timeout(5000))
  assert.equal(count, cluster.statuses.size)
  return cluster.statuses.get(place)
}

describe('restoreStatuses()', () => {
  test('writes to the letter what the ADD wrote', async (t) => {
    const { node, written } = await nodeThatLostAStatus(t)
    assert.equal(await restore(node), written)
    assert.match(written, /"name": "default\/wan",\s+"interface": "ext0"/)
  })

  test('writes the gateways that the plugins gave, although the default route was moved', async (t) => {
    const networks = '[{"name":"lan","default-route":["10.0.2.1"]}]'
    const { node, written } = await nodeThatLostAStatus(t, { networks })
    assert.match(written, /"gateway": \[\s+"10.0.0.1"/)
    assert.match(readFileSync(join(node.cniDir, 'results/lan-c1-net1'), 'utf8'), /"gw":"10.0.2.1"/)
    assert.equal(await restore(node), written)
  })

  test('writes what the plugins told of a device', async (t) => {
    const { node } = await nodeThatLostAStatus(t)
    const file = join(node.directory, 'device.json')
    writeFileSync(file, '{"type":"pci","version":"1.1.0"}')
    const path = join(node.cniDir, 'results/lan-c1-net1')
    const entry = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...entry, capabilityArgs: { CNIDeviceInfoFile: file } }))
    assert.match((await restore(node)) ?? '', /"device-info": \{\s+"type": "pci"/)
  })

  const left: readonly (readonly [string, (node: FakeNode) => unknown])[] = [
    ['has a status', (node) => putPod(node, { annotations: { [statusAnnotation]: '[]' } })],
    ['has another UID', (node) => putPod(node, { uid: 'uid-2' })],
    ['ends', (node) => putPod(node, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
    ['does not run yet', (node) => putPod(node, { status: { phase: 'Pending' } })],
    ['shares the network of the node', (node) => putPod(node, { spec: { hostNetwork: true } })],
    ['has lost its sandbox', (node) => node.removeNamespace()],
    ['has a sandbox that cannot be seen', (node) => node.hideNamespace()],
    ['has no namespace by what is remembered', ({ cniDir }) => withoutNamespace(cniDir)],
    ['has another address', (node) => putPod(node, { status: { phase: 'Running', podIP: '10.0.0.9' } })],
    ['was half attached', ({ cniDir }) => rmSync(join(cniDir, 'results/wan-c1-ext0'))],
    ['has a broken record', ({ cniDir }) => writeFileSync(join(cniDir, 'c1'), '[')],
    ['was attached by another Multus', ({ cniDir }) => withoutSandbox(join(cniDir, 'c1'))],
  ]
  for (const [what, change] of left) {
    test(`leaves a pod alone that ${what}`, async (t) => {
      const { node } = await nodeThatLostAStatus(t)
      change(node)
      assert.equal(await restore(node), undefined)
      assert.deepEqual(node.cluster.requests, [])
    })
  }

  test('writes to the other pods when the API refuses one, and fails then', async (t) => {
    const { node } = await nodeThatLostAStatus(t)
    const args = 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod2;K8S_POD_INFRA_CONTAINER_ID=c2;K8S_POD_UID=uid-2'
    const second = { name: 'pod2', uid: 'uid-2' }
    putPod(node, second, '')
    for (const link of ['eth0', 'net1', 'ext0', 'net3']) node.namespace.removeLink(link)
    await node.run('ADD', { config, env: { CNI_CONTAINERID: 'c2', CNI_ARGS: args } })
    node.cluster.statuses.clear()
    node.restart()
    node.cluster.refuseStatusOf('default/pod1', forbidden())
    const pods = ['pod1', 'pod2'].map((name) => node.cluster.cachedPod({ namespace: 'default', name }))
    const known = pods.filter((pod) => pod !== undefined)
    assert.ok(node.multus.audit)
    await assert.rejects(node.multus.audit.restoreStatuses(known, AbortSignal.timeout(5000)), {
      id: 'kubernetes/forbidden',
    })
    assert.deepEqual([...node.cluster.statuses.keys()], ['default/pod2'])
  })

  test('does not go on asking an API that refuses one after the other', async (t) => {
    const { node } = await nodeThatLostAStatus(t)
    node.cluster.failures.status = forbidden()
    const pod = node.cluster.cachedPod({ namespace: 'default', name: 'pod1' })
    assert.ok(pod && node.multus.audit)
    const many = Array.from({ length: 100 }, () => pod)
    await assert.rejects(node.multus.audit.restoreStatuses(many, AbortSignal.timeout(5000)), {
      id: 'kubernetes/forbidden',
    })
    const patches = node.cluster.requests.filter((request) => request.startsWith('PATCH'))
    assert.equal(patches.length, 4)
  })

  test('leaves a pod alone that has a second live sandbox', async (t) => {
    const { node } = await nodeThatLostAStatus(t)
    const env = { CNI_CONTAINERID: 'c2', CNI_IFNAME: 'eth9' }
    for (const name of ['net1', 'ext0', 'net3']) node.namespace.removeLink(name)
    await node.run('ADD', { config, env })
    node.cluster.statuses.clear()
    node.restart()
    assert.equal(await restore(node), undefined)
  })

  test('leaves a pod alone whose ADD has just ended, or whose DEL is under way', async (t) => {
    const node = createFakeNode({ timing: { gcGraceMs: 60_000 } })
    t.after(() => node[Symbol.dispose]())
    const { promise, resolve } = Promise.withResolvers<void>()
    const DEL = async (): Promise<undefined> => promise.then(() => undefined)
    node.plugins.install('bridge', { DEL })
    putPod(node, { status: { phase: 'Running' } }, '')
    await node.run('ADD', { config })
    node.cluster.statuses.clear()
    assert.equal(await restore(node), undefined)
    node.restart()
    const deleting = node.run('DEL', { config })
    assert.equal(await restore(node), undefined)
    resolve()
    await deleting
  })

  test('writes nothing when another one has written meanwhile, which the informer does not know yet', async (t) => {
    const { node } = await nodeThatLostAStatus(t)
    node.cluster.putPod({ ...running, annotations: { [statusAnnotation]: '[]' } }, { cached: false })
    assert.equal(await restore(node), undefined)
  })

  test('asks nothing of the API for pods that have a status or need none', async (t) => {
    const node = createFakeNode()
    t.after(() => node[Symbol.dispose]())
    mkdirSync(node.cniDir)
    putPod(node)
    assert.equal(await restore(node), undefined)
    assert.deepEqual(node.cluster.requests, [])
  })

  test('fails when the API does not answer, and does not mind a pod that is gone', async (t) => {
    const { node, written } = await nodeThatLostAStatus(t)
    node.cluster.failures.status = unreachable()
    await assert.rejects(restore(node), { id: 'kubernetes/unreachable' })
    node.cluster.failures.status = undefined
    assert.equal(await restore(node), written)
    const pod = node.cluster.cachedPod({ namespace: 'default', name: 'pod1' })
    node.cluster.removePod({ namespace: 'default', name: 'pod1' })
    assert.ok(pod && node.multus.audit)
    assert.equal(await node.multus.audit.restoreStatuses([pod], AbortSignal.timeout(5000)), 0)
  })
})

function withoutNamespace(cniDir: string): void {
  const results = readdirSync(join(cniDir, 'results')).map((name) => join('results', name))
  for (const path of ['c1', ...results].map((name) => join(cniDir, name))) {
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(fakeNetns, ''))
  }
}

// Upstream's file does not say of which sandbox it is.
function withoutSandbox(path: string): void {
  const [first, ...others] = JSON.parse(readFileSync(path, 'utf8'))
  const { sandbox: _, ...rest } = first
  writeFileSync(path, JSON.stringify([rest, ...others]))
}
