// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { CniError } from '../../cni/index.ts'
import { createFakeNode, fakeNetns } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const config = { cniVersion: '1.1.0', delegates: [{ type: 'bridge', name: 'weave', cniVersion: '1.1.0' }] }
const env = { CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_ARGS: '' }

/** A node with the given containers, each attached to weave and net1. */
async function nodeWith(
  t: { after(fn: () => void): void },
  containers: readonly string[],
  options: Parameters<typeof createFakeNode>[0] = {},
): Promise<FakeNode> {
  const node = createFakeNode(options)
  t.after(() => node[Symbol.dispose]())
  for (const type of ['bridge', 'macvlan']) node.plugins.install(type)
  node.cluster.putDefinition('default/net1', { type: 'macvlan', name: 'net1', cniVersion: '1.1.0' })
  node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
  for (const containerId of containers) {
    await node.run('ADD', { config, env: { CNI_CONTAINERID: containerId } })
    for (const name of ['eth0', 'net1']) node.namespace.removeLink(name)
  }
  node.plugins.calls.length = 0
  return node
}

/** A node whose plugins stop after they did their part in a command, until told to go on. */
async function nodeThatStops(
  t: { after(fn: () => void): void },
  { at, ifName, gcGraceMs = 0 }: { at: string; ifName?: string; gcGraceMs?: number },
): Promise<{ node: FakeNode; reached: Promise<void>; goOn: () => void }> {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const node: FakeNode = await nodeWith(t, [], {
    timing: { gcGraceMs },
    invoke: async (call) => {
      const result = await node.plugins.invoke(call)
      if (call.command !== at || (ifName !== undefined && call.ifName !== ifName)) return result
      reached.resolve()
      await released.promise
      return result
    },
  })
  return { node, reached: reached.promise, goOn: released.resolve }
}

async function collect(node: FakeNode, valid?: readonly string[]): Promise<void> {
  const list = valid?.map((containerID) => ({ containerID, ifname: 'eth0' }))
  await node.run('GC', { env, config: { ...config, ...(list && { 'cni.dev/valid-attachments': list }) } })
}

/** What each plugin was told is in use: `network: container/interface …`. */
function told({ plugins }: FakeNode): readonly string[] {
  return plugins.calls
    .filter(({ command }) => command === 'GC')
    .map(({ config: { name, 'cni.dev/valid-attachments': list } }) => {
      assert.ok(Array.isArray(list))
      const places = list.map(
        (one: { containerID: string; ifname: string }) => `${one.containerID}/${one.ifname}`,
      )
      return `${JSON.stringify(name)}: ${places.join(' ')}`
    })
}

describe('GC', () => {
  test('releases all networks of containers that the runtime no longer has (BUG-17)', async (t) => {
    const node = await nodeWith(t, ['alive', 'stale'])
    await collect(node, ['alive'])
    assert.deepEqual(node.plugins.lines.slice(0, 2), ['DEL macvlan net1 net1', 'DEL bridge eth0 weave'])
    assert.deepEqual(
      node.plugins.calls.slice(0, 2).map(({ containerId }) => containerId),
      ['stale', 'stale'],
    )
    assert.deepEqual(readdirSync(node.cniDir).toSorted(), ['alive', 'results'])
    assert.deepEqual(readdirSync(join(node.cniDir, 'results')).toSorted(), [
      'net1-alive-net1',
      'weave-alive-eth0',
    ])
  })

  test('tells the plugins of every network what is in use (GC-3)', async (t) => {
    const node = await nodeWith(t, ['a', 'b'])
    await collect(node, ['a', 'b'])
    assert.deepEqual(told(node), ['"weave": a/eth0 b/eth0', '"net1": a/net1 b/net1'])
  })

  test('takes everything that is remembered for valid when the runtime sends no list (GC-2)', async (t) => {
    const node = await nodeWith(t, ['a', 'b'])
    await collect(node)
    assert.deepEqual(told(node), ['"weave": a/eth0 b/eth0', '"net1": a/net1 b/net1'])
  })

  test('does not let the plugins of a network free what it knows nothing about', async (t) => {
    const node = await nodeWith(t, ['a', 'b'])
    rmSync(join(node.cniDir, 'b'))
    await collect(node, ['a', 'b'])
    assert.deepEqual(told(node), ['"weave": a/eth0 b/eth0'])
  })

  test('leaves alone what was added a moment ago: the list of the runtime may be older', async (t) => {
    const node = await nodeWith(t, ['young'], { timing: { gcGraceMs: 30_000 } })
    await collect(node, [])
    assert.deepEqual(told(node), ['"weave": young/eth0', '"net1": young/net1'])
    assert.equal(node.plugins.held.length, 2)
  })

  test('leaves alone what is added while it releases something else', async (t) => {
    const { node, reached, goOn } = await nodeThatStops(t, { at: 'DEL', gcGraceMs: 30_000 })
    const before = await nodeWith(t, ['stale'])
    utimesSync(join(before.cniDir, 'stale'), 1, 1)
    const shared = { ...config, cniDir: before.cniDir }
    const collection = node.run('GC', { env, config: { ...shared, 'cni.dev/valid-attachments': [] } })
    await reached
    await node.run('ADD', { config: shared, env: { CNI_CONTAINERID: 'fresh' } })
    goOn()
    await collection
    assert.deepEqual(told(node), ['"weave": fresh/eth0', '"net1": fresh/net1'])
    assert.deepEqual(
      node.plugins.calls.filter(({ command }) => command === 'DEL').map(({ containerId }) => containerId),
      ['stale', 'stale'],
    )
  })

  test('leaves alone an ADD that takes longer than the grace time', async (t) => {
    const { node, reached, goOn } = await nodeThatStops(t, { at: 'ADD' })
    const adding = node.run('ADD', { config, env: { CNI_CONTAINERID: 'slow', CNI_IFNAME: 'net0' } })
    await reached
    await collect(node, [])
    assert.deepEqual(told(node), ['"weave": slow/net0', '"net1": slow/net1'])
    goOn()
    await adding
    assert.equal(node.plugins.held.length, 2)
  })

  test('lets no ADD begin between making its lists and the end of what the plugins do with them', async (t) => {
    const { node, reached, goOn } = await nodeThatStops(t, { at: 'GC' })
    const collection = collect(node, [])
    await reached
    const adding = node.run('ADD', { config, env: { CNI_CONTAINERID: 'fresh' } })
    const abandoned = node.run('ADD', { config, signal: AbortSignal.timeout(20) })
    await assert.rejects(abandoned, /aborted due to timeout/)
    assert.deepEqual(node.plugins.held, [])
    goOn()
    await Promise.all([collection, adding])
    assert.equal(node.plugins.held.length, 2)
  })

  test('counts a network that is being attached to a running pod among what is in use', async (t) => {
    const { node, reached, goOn } = await nodeThatStops(t, { at: 'ADD', ifName: 'net7' })
    await node.run('ADD', { config, env: { CNI_CONTAINERID: 'c1' } })
    const hotPlug = {
      ...env,
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: fakeNetns,
      CNI_IFNAME: 'net7',
    }
    const adding = node.multus.delegate({
      env: { ...hotPlug, CNI_PATH: '/bin', CNI_ARGS: 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1' },
      config: Buffer.from(JSON.stringify({ type: 'macvlan', name: 'net1', cniVersion: '1.1.0' })),
      settings: { cniDir: node.cniDir },
    })
    await reached
    await collect(node, ['c1'])
    assert.deepEqual(told(node), ['"weave": c1/eth0', '"net1": c1/net1 c1/net7'])
    goOn()
    await adding
  })

  test('finds stale attachments by what libcni remembers too', async (t) => {
    const node = await nodeWith(t, ['stale'])
    writeFileSync(join(node.cniDir, 'stale'), 'broken')
    await collect(node, [])
    assert.deepEqual(node.plugins.lines.slice(0, 2), ['DEL macvlan net1 net1', 'DEL bridge eth0 weave'])
    assert.deepEqual(node.plugins.held, [])
  })

  test('does nothing on a node without attachments; upstream fails there', async (t) => {
    const node = await nodeWith(t, [])
    await collect(node, [])
    assert.deepEqual(told(node), ['"weave": '])
  })

  test('goes on when something fails and reports it (GC-3)', async (t) => {
    const node = await nodeWith(t, ['alive', 'stale'])
    node.plugins.install('macvlan', { DEL: new CniError(11, 'busy') })
    node.plugins.install('bridge', { GC: new CniError(100, 'no') })
    await assert.rejects(collect(node, ['alive']), {
      code: 11,
      message:
        /^error in GC command: failed to delete stale attachments of stale: .*busy \/ failed to GC plugin bridge: no/,
    })
    assert.deepEqual(told(node), ['"weave": alive/eth0', '"net1": alive/net1'])
  })
})
