// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const master = { type: 'bridge', name: 'weave', cniVersion: '1.0.0', ipam: { type: 'host-local' } }

/** The groups removed, and how many DELs the plugins saw, for a pod whose second network is this one. */
async function release(network: object, options: { linkGroup?: number; netns?: string } = {}) {
  const { linkGroup = 7, netns } = options
  using node = createFakeNode({ linkGroup })
  for (const type of ['bridge', 'macvlan', 'host-device']) node.plugins.install(type)
  node.cluster.putDefinition('default/net1', { cniVersion: '1.0.0', name: 'net1', ...network })
  node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
  const config = { delegates: [master] }
  await node.run('ADD', { config })
  await node.run('DEL', { config, ...(netns !== undefined && { env: { CNI_NETNS: netns } }) })
  assert.deepEqual(node.plugins.held, [])
  assert.equal(node.plugins.lines.filter((line) => line.startsWith('DEL')).length, 2)
  return node.namespace.removedGroups
}

describe('removeLinksTogether()', () => {
  test('removes the links of bundled plugins at once, before each plugin releases the rest', async () => {
    assert.deepEqual(await release({ type: 'macvlan', ipam: { type: 'static' } }), [7])
  })

  test('leaves links alone that a plugin needs for its own DEL', async () => {
    assert.deepEqual(await release({ type: 'host-device' }), [])
    assert.deepEqual(await release({ type: 'macvlan', ipam: { type: 'dhcp' } }), [])
    assert.deepEqual(await release({ type: 'bridge', ipMasq: true }), [])
  })

  test('does nothing without a group, and nothing in a namespace that is gone', async () => {
    assert.deepEqual(await release({ type: 'macvlan' }, { linkGroup: 0 }), [])
    assert.deepEqual(await release({ type: 'macvlan' }, { netns: '/run/netns/gone' }), [])
    assert.deepEqual(await release({ type: 'macvlan' }, { netns: '' }), [])
  })
})
