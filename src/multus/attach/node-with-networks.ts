// SPDX-License-Identifier: Apache-2.0

// For the tests of ADD: a node whose pod asks for networks that are there.

import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

/** The default network. */
export const weave = { type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }
/** A configuration with no other network. */
export const delegates = { delegates: [weave] }

/** A node with the networks net1 and net2; `networks` is what its pod asks for. */
export function node(t: { after(fn: () => void): void }, networks = ''): FakeNode {
  const made = createFakeNode()
  t.after(() => made[Symbol.dispose]())
  for (const type of ['weave-net', 'macvlan']) made.plugins.install(type)
  for (const name of ['net1', 'net2']) {
    made.cluster.putDefinition(`default/${name}`, { type: 'macvlan', name, cniVersion: '1.0.0' })
  }
  made.cluster.putPod({ annotations: networks === '' ? {} : { [networksAnnotation]: networks } })
  return made
}
