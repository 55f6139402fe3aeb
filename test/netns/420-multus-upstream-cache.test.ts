// SPDX-License-Identifier: Apache-2.0

// A node changes hands with pods on it: upstream's binary releases what we attached, and we what it attached.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { execPlugin } from '../../src/cni/index.ts'
import { createMultus } from '../../src/multus/index.ts'
import { createBundledInvoke, loadPlugins } from '../../src/plugins/index.ts'
import { checkLeaks, linkNames } from './fixture.ts'
import { environment, macvlan, makeMultusNode, multusConfig, reservations } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'
import { assertReleased, runUpstream, upstreamBin, withoutUpstream } from './upstream-multus.ts'

checkLeaks()

/** Static delegates, because the API is not what is looked at: a bridge, a macvlan, and a chain. */
function configOf({ directory }: MultusNode): JsonObject {
  const { delegates, ...config } = multusConfig(directory)
  const chain = {
    cniVersion: '1.0.0',
    name: 'chain',
    plugins: [macvlan(directory, 2), { type: 'tuning', mtu: 1400 }],
  }
  assert.ok(Array.isArray(delegates))
  return {
    ...config,
    cniVersion: '1.0.0',
    binDir: upstreamBin,
    delegates: [...delegates, macvlan(directory, 1), chain].map(atVersion1),
  }
}

function atVersion1(delegate: JsonObject): JsonObject {
  return { ...delegate, cniVersion: '1.0.0' }
}

function upstream(node: MultusNode, command: string): void {
  runUpstream(node, command, configOf(node))
}

async function ours(node: MultusNode, command: string): Promise<void> {
  const plugins = await loadPlugins()
  const invoke = createBundledInvoke({ plugins, fallback: execPlugin, log: silentLog, host: () => node.host })
  const multus = createMultus({ invoke })
  await multus.handle(environment(command, 'c1', node.pod.path), Buffer.from(JSON.stringify(configOf(node))))
}

function attached(node: MultusNode): void {
  assert.deepEqual(linkNames(node.pod).toSorted(), ['eth0', 'lo', 'net1', 'net2'])
  assert.equal(reservations(node).length, 3)
}

describe('a node that changes hands', { skip: withoutUpstream }, () => {
  it('lets upstream release what we attached', async (t) => {
    const node = await makeMultusNode(t)
    await ours(node, 'ADD')
    attached(node)
    upstream(node, 'DEL')
    assertReleased(node)
  })

  it('lets us check and release what upstream attached', async (t) => {
    const node = await makeMultusNode(t)
    upstream(node, 'ADD')
    attached(node)
    await ours(node, 'CHECK')
    await ours(node, 'DEL')
    assertReleased(node)
  })
})
