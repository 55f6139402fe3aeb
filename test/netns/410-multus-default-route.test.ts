// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { checkLeaks, runIn, skip } from './fixture.ts'
import { defaultRoutes, makeNodeWithNetworks, multusConfig } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'

checkLeaks()

/** A dual-stack pod on net-1 and net-2 with these requests for default routes, attached. */
async function attach(
  t: TestContext,
  requests: readonly (readonly string[] | undefined)[],
): Promise<MultusNode> {
  const networks = requests.map((gateways, index) => ({
    name: `net-${index + 1}`,
    ...(gateways && { 'default-route': gateways }),
  }))
  const node = await makeNodeWithNetworks(t, { networks: JSON.stringify(networks), dual: true })
  // Not what is looked at here, and two seconds for each network.
  runIn(node.pod, 'sysctl', '-q', '-w', 'net.ipv6.conf.default.accept_dad=0')
  await node.run('ADD', { config: multusConfig(node.directory, { dual: true }) })
  return node
}

const eth0 = { 4: 'default via 10.88.0.1 dev eth0', 6: 'default via fd88::1 dev eth0' }

/** What each of two networks asks for, and the default routes that `ip route` shows then. */
const table: readonly { asks: readonly (readonly string[] | undefined)[]; shows: readonly string[] }[] = [
  { asks: [undefined, undefined], shows: [eth0[4], eth0[6]] },
  { asks: [['10.10.1.1'], undefined], shows: ['default via 10.10.1.1 dev net1', eth0[6]] },
  { asks: [undefined, ['fd10:2::1']], shows: [eth0[4], 'default via fd10:2::1 dev net2'] },
  {
    asks: [undefined, ['10.10.2.1', 'fd10:2::1']],
    shows: ['default via 10.10.2.1 dev net2', 'default via fd10:2::1 dev net2'],
  },
  {
    asks: [['10.10.1.1'], ['fd10:2::1']],
    shows: ['default via 10.10.1.1 dev net1', 'default via fd10:2::1 dev net2'],
  },
  { asks: [[], undefined], shows: [eth0[4], eth0[6]] },
  { asks: [[], ['10.10.2.1']], shows: ['default via 10.10.2.1 dev net2', eth0[6]] },
]

describe('default-route of a dual-stack pod', { skip }, () => {
  for (const { asks, shows } of table) {
    const [first, second] = asks.map((gateways) => (gateways ? JSON.stringify(gateways) : 'nothing'))
    it(`ends with one route per family when net1 asks for ${first} and net2 for ${second}`, async (t) => {
      const node = await attach(t, asks)
      assert.deepEqual(defaultRoutes(node.pod), shows)
      await node.run('CHECK')
      await node.run('DEL')
      assert.deepEqual(defaultRoutes(node.pod), [])
    })
  }

  it('fails, with nothing left, for a gateway that is on no network of the interface', async (t) => {
    await assert.rejects(attach(t, [['192.0.2.1']]), {
      message:
        /^Multus: \[default\/pod1\/uid-1\]: error setting default gateway: 192\.0\.2\.1: .*network is unreachable/,
    })
  })

  it('refuses two gateways of one family before anything is attached', async (t) => {
    await assert.rejects(attach(t, [['10.10.1.1'], ['10.10.2.1']]), {
      message: /: multus does not support ECMP for default-route/,
    })
  })
})
