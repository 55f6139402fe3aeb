// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCidr, parseIp } from '../../src/base/index.ts'
import { runNft } from '../../src/linux/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { checkLeaks, linkNames, makeNamespace, runIn, skip } from './fixture.ts'

checkLeaks()

const address = parseCidr('10.1.2.3/24')
const route = { dst: parseCidr('10.9.0.0/16'), gateway: parseIp('10.1.2.1') }
const rule = { family: 4, src: address, table: 100 } as const
const neighbour = { ifIndex: 1, destination: parseIp('10.1.2.9'), mac: '02:00:00:00:00:09' }

/** Every call of a handle that reaches the kernel, with the words that announce it. */
const calls: readonly (readonly [words: string, call: (namespace: Namespace) => unknown])[] = [
  ['RTM_NEWLINK bridge br0', ({ links }) => links.create({ kind: 'bridge', name: 'br0' })],
  ['RTM_GETLINK br0', ({ links }) => links.get('br0')],
  ['RTM_GETLINK link 1', ({ links }) => links.byIndex(1)],
  ['RTM_GETLINK all', ({ links }) => links.list()],
  ['RTM_SETLINK link 1 up=true', ({ links }) => links.set(1, { up: true })],
  ['RTM_SETLINK bridge port 1', ({ links }) => links.setBridgePort(1, { hairpin: true })],
  ['RTM_SETLINK move link 1', async (namespace) => namespace.links.move(1, namespace)],
  ['RTM_DELLINK link 1', async ({ links }) => links.remove(1)],
  // It first asks which links are in the group.
  ['RTM_GETLINK all', async ({ links }) => links.removeGroup(7)],
  ['RTM_NEWADDR 10.1.2.3/24 link 1', ({ addresses }) => addresses.add(1, { address })],
  ['RTM_DELADDR 10.1.2.3/24 link 1', ({ addresses }) => addresses.remove(1, { address })],
  ['RTM_GETADDR link 1', ({ addresses }) => addresses.list({ ifIndex: 1 })],
  ['RTM_NEWROUTE 10.9.0.0/16 via 10.1.2.1', ({ routes }) => routes.add(route)],
  ['RTM_NEWROUTE 10.9.0.0/16 via 10.1.2.1', ({ routes }) => routes.append(route)],
  ['RTM_NEWROUTE 10.9.0.0/16 via 10.1.2.1', ({ routes }) => routes.replace(route)],
  ['RTM_DELROUTE 10.9.0.0/16 via 10.1.2.1', ({ routes }) => routes.remove(route)],
  ['RTM_GETROUTE IPv4 table 254', ({ routes }) => routes.list({ family: 4 })],
  ['RTM_GETROUTE 10.1.2.1', ({ routes }) => routes.get(route.gateway)],
  ['RTM_NEWRULE from 10.1.2.3/24 table 100', ({ rules }) => rules.add(rule)],
  ['RTM_DELRULE from 10.1.2.3/24 table 100', ({ rules }) => rules.remove(rule)],
  ['RTM_GETRULE IPv4', ({ rules }) => rules.list({ family: 4 })],
  ['RTM_NEWNEIGH 10.1.2.9 link 1', ({ neighbours }) => neighbours.add(neighbour)],
  ['RTM_NEWNEIGH 10.1.2.9 link 1', ({ neighbours }) => neighbours.replace(neighbour)],
  ['RTM_DELNEIGH 10.1.2.9 link 1', ({ neighbours }) => neighbours.remove(neighbour)],
  ['RTM_GETNEIGH all', ({ neighbours }) => neighbours.list()],
  ['sysctl net/ipv4/ip_forward=1', (namespace) => namespace.writeSysctl('net/ipv4/ip_forward', '1')],
  ['sysctl net/ipv4/ip_forward', (namespace) => namespace.readSysctl('net/ipv4/ip_forward')],
  ['announce link 1', (namespace) => namespace.announce(1, neighbour.mac, [neighbour.destination])],
  ['nft', async (namespace) => runNft(namespace, [{ add: { table: { family: 'inet', name: 'x' } } }])],
]

describe('beforeCall', { skip }, () => {
  test('is told before each call, and stops it by throwing', async (t) => {
    const announced: string[] = []
    const namespace = makeNamespace(t, {
      beforeCall: (call) => {
        announced.push(call)
        throw new Error(`no ${call}`)
      },
    })
    const before = runIn(namespace, 'ip', '-details', 'address')
    for (const [words, call] of calls) {
      await assert.rejects(async () => call(namespace), { message: `no ${words}` })
    }
    assert.deepEqual(
      announced,
      calls.map(([words]) => words),
    )
    assert.equal(runIn(namespace, 'ip', '-details', 'address'), before, 'nothing reached the kernel')
    assert.equal(runIn(namespace, 'nft', 'list', 'tables'), '')
  })

  test('that does not throw changes nothing', (t) => {
    const announced: string[] = []
    const namespace = makeNamespace(t, { beforeCall: (call) => void announced.push(call) })
    namespace.links.create({ kind: 'bridge', name: 'br0' })
    assert.deepEqual(announced, ['RTM_NEWLINK bridge br0'])
    assert.deepEqual(linkNames(namespace), ['lo', 'br0'])
  })
})
