// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const config = { delegates: [{ type: 'bridge', name: 'weave', cniVersion: '1.0.0' }] }

/** A node with a pod attached to weave and net1, in whose files addresses of it and of another container stand. */
async function nodeWithPod(
  t: { after(fn: () => void): void },
  { ipam = {}, linkGroup = 0 }: { ipam?: object; linkGroup?: number } = {},
): Promise<FakeNode> {
  const node = createFakeNode({ linkGroup })
  t.after(() => node[Symbol.dispose]())
  for (const type of ['bridge', 'macvlan']) node.plugins.install(type)
  node.cluster.putDefinition('default/net1', { type: 'macvlan', name: 'net1', cniVersion: '1.0.0', ipam })
  node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
  await node.run('ADD', { config })
  reserve(join(node.dataDir, 'net1'), '10.0.0.2', 'c1\r\nnet1')
  reserve(join(node.dataDir, 'net1'), '10.0.0.3', 'c2\r\nnet1')
  return node
}

function reserve(directory: string, address: string, text: string): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, address), text)
}

/** The node has forgotten the networks of the pod, and nobody else knows them. */
function loseEverything({ cniDir, cluster }: FakeNode): void {
  truncateSync(join(cniDir, 'c1'))
  for (const name of readdirSync(join(cniDir, 'results'))) truncateSync(join(cniDir, 'results', name))
  cluster.removePod({ namespace: 'default', name: 'pod1' })
}

function addresses({ dataDir }: FakeNode): readonly string[] {
  return readdirSync(join(dataDir, 'net1')).filter((name) => name.startsWith('10.'))
}

describe('DEL of a container whose files are lost', () => {
  test('frees its addresses by its id, and those of no other container', async (t) => {
    const node = await nodeWithPod(t)
    loseEverything(node)
    await node.run('DEL', { config, env: { CNI_NETNS: '' } })
    assert.deepEqual(addresses(node), ['10.0.0.3'])
  })

  test('keeps results that cannot be read for a person to look at', async (t) => {
    const node = await nodeWithPod(t)
    loseEverything(node)
    writeFileSync(join(node.cniDir, 'results', 'net1-c2-net1'), '')
    await node.run('DEL', { config })
    assert.deepEqual(readdirSync(join(node.cniDir, 'results')).toSorted(), [
      'net1-c1-net1.corrupt',
      'net1-c2-net1',
      'weave-c1-eth0.corrupt',
    ])
  })

  test('frees them in a directory of their own that an ADD has named', async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'plait-data-'))
    t.after(() => rmSync(dataDir, { recursive: true }))
    const node = await nodeWithPod(t, { ipam: { type: 'host-local', dataDir } })
    reserve(join(dataDir, 'net1'), '10.0.0.9', 'c1\r\nnet1')
    loseEverything(node)
    await node.run('DEL', { config })
    assert.equal(existsSync(join(dataDir, 'net1', '10.0.0.9')), false)
  })

  test('removes the links that bundled plugins made in its namespace', async (t) => {
    const node = await nodeWithPod(t, { linkGroup: 7 })
    loseEverything(node)
    await node.run('DEL', { config })
    assert.deepEqual(node.namespace.removedGroups, [7])
  })

  test('does not look through the reservations when the record is whole', async (t) => {
    const node = await nodeWithPod(t)
    await node.run('DEL', { config })
    assert.deepEqual(addresses(node), ['10.0.0.2', '10.0.0.3'])
  })

  test('says so when they cannot be freed, and frees them when it is repeated', async (t) => {
    const node = await nodeWithPod(t)
    loseEverything(node)
    const lock = join(node.dataDir, 'net1', 'lock')
    mkdirSync(lock)
    await assert.rejects(node.run('DEL', { config }), { id: 'ipam/store-unusable' })
    rmSync(lock, { recursive: true })
    await node.run('DEL', { config })
    assert.deepEqual(addresses(node), ['10.0.0.3'])
  })
})
