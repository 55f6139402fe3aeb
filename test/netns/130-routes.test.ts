// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatCidr, formatIp, parseCidr, parseIp } from '../../src/base/index.ts'
import {
  IFA_F_NODAD,
  RT_SCOPE_LINK,
  RTN_BLACKHOLE,
  RTNH_F_ONLINK,
  RTPROT_STATIC,
} from '../../src/linux/index.ts'
import type { Namespace, Route } from '../../src/linux/index.ts'
import { checkLeaks, makeCard, makeHostAndContainer, runIn, skip } from './fixture.ts'

checkLeaks()

/** A namespace with a card that has an address of each family. */
function prepare(t: { after(step: () => void): void }): { container: Namespace; index: number } {
  const { container } = makeHostAndContainer(t)
  const index = makeCard(container, 'eth0')
  for (const text of ['10.1.2.3/24', 'fd00::3/64']) {
    container.addresses.add(index, { address: parseCidr(text), flags: IFA_F_NODAD })
  }
  return { container, index }
}

const shown = (namespace: Namespace, ...args: string[]): string[] =>
  runIn(namespace, 'ip', ...args)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const text = ({ dst, gateway }: Route): string =>
  formatCidr(dst) + (gateway === undefined ? '' : ` via ${formatIp(gateway)}`)

describe('Routes', { skip }, () => {
  test('add() makes the route that ip(8) shows', (t) => {
    const { container, index } = prepare(t)
    container.routes.add({
      dst: parseCidr('10.9.0.0/16'),
      gateway: parseIp('10.1.2.1'),
      ifIndex: index,
      prefSrc: parseIp('10.1.2.3'),
      priority: 50,
      mtu: 1300,
      advmss: 1200,
    })
    assert.deepEqual(shown(container, 'route', 'show', '10.9.0.0/16'), [
      '10.9.0.0/16 via 10.1.2.1 dev eth0 src 10.1.2.3 metric 50 mtu 1300 advmss 1200',
    ])
    container.routes.add({ gateway: parseIp('fd00::1') })
    assert.match(
      shown(container, '-6', 'route', 'show', 'default').join(),
      /^default via fd00::1 dev eth0 metric 1024/,
    )
  })

  test('add() takes scope, table, protocol, type and flags', (t) => {
    const { container, index } = prepare(t)
    container.routes.add({
      dst: parseCidr('169.254.1.1/32'),
      ifIndex: index,
      scope: RT_SCOPE_LINK,
      table: 1000,
    })
    container.routes.add({ gateway: parseIp('192.0.2.1'), ifIndex: index, flags: RTNH_F_ONLINK, table: 1000 })
    container.routes.add({
      dst: parseCidr('10.66.0.0/16'),
      type: RTN_BLACKHOLE,
      protocol: RTPROT_STATIC,
      table: 1000,
    })
    assert.deepEqual(shown(container, 'route', 'show', 'table', '1000'), [
      'default via 192.0.2.1 dev eth0 onlink',
      'blackhole 10.66.0.0/16 proto static',
      '169.254.1.1 dev eth0 scope link',
    ])
  })

  test('add() refuses what exists, append() puts it beside, replace() in its place', (t) => {
    const { container } = prepare(t)
    const dst = parseCidr('10.9.0.0/16')
    container.routes.add({ dst, gateway: parseIp('10.1.2.1') })
    assert.throws(() => container.routes.add({ dst, gateway: parseIp('10.1.2.2') }), { code: 'EEXIST' })
    container.routes.append({ dst, gateway: parseIp('10.1.2.2') })
    assert.equal(shown(container, 'route', 'show', '10.9.0.0/16').length, 2)
    assert.throws(() => container.routes.append({ dst, gateway: parseIp('10.1.2.2') }), { code: 'EEXIST' })
    container.routes.replace({ dst, gateway: parseIp('10.1.2.9') })
    assert.ok(shown(container, 'route', 'show', '10.9.0.0/16').includes('10.9.0.0/16 via 10.1.2.9 dev eth0'))
  })

  test('remove() takes away the first route that fits', (t) => {
    const { container } = prepare(t)
    const dst = parseCidr('10.1.2.0/24')
    container.routes.remove({ dst })
    assert.deepEqual(shown(container, 'route', 'show'), [])
    assert.throws(() => container.routes.remove({ dst }), {
      code: 'ESRCH',
      errnoText: 'no such process',
      message: /^RTM_DELROUTE 10\.1\.2\.0\/24: no such process/,
    })
  })

  test('list() gives the main table, one table or all, of a family or a link', (t) => {
    const { container, index } = prepare(t)
    container.routes.add({ dst: parseCidr('10.9.0.0/16'), gateway: parseIp('10.1.2.1'), table: 1000 })
    container.routes.add({ gateway: parseIp('fd00::1'), table: 1000 })
    assert.deepEqual(container.routes.list({ family: 4 }).map(text), ['10.1.2.0/24'])
    assert.deepEqual(container.routes.list({ table: 1000 }).map(text), [
      '10.9.0.0/16 via 10.1.2.1',
      '::/0 via fd00::1',
    ])
    assert.deepEqual(
      container.routes.list({ table: 1000, family: 6 }).map((route) => [route.table, route.ifIndex]),
      [[1000, index]],
    )
    assert.deepEqual(container.routes.list({ table: 4711 }), [], 'a table that nobody has used')
    assert.deepEqual(container.routes.list({ ifIndex: 1 }), [])
    const everything = shown(container, 'route', 'show', 'table', 'all').filter(
      (line) => !line.includes('multicast'),
    )
    assert.equal(
      container.routes.list({ table: 'all' }).filter(({ type }) => type !== 5).length,
      everything.length,
    )
  })

  test('list() gives the next hops of a route that has several', (t) => {
    const { container, index } = prepare(t)
    runIn(
      container,
      'ip',
      'route',
      'add',
      '10.9.0.0/16',
      'nexthop',
      'via',
      '10.1.2.1',
      'weight',
      '3',
      'nexthop',
      'via',
      '10.1.2.2',
    )
    const route = container.routes
      .list({ family: 4, ifIndex: index })
      .find(({ nextHops }) => nextHops !== undefined)
    assert.deepEqual(route?.nextHops, [
      { ifIndex: index, weight: 3, gateway: parseIp('10.1.2.1') },
      { ifIndex: index, weight: 1, gateway: parseIp('10.1.2.2') },
    ])
  })

  test('list() reads a thousand routes', (t) => {
    const { container, index } = prepare(t)
    for (let count = 0; count < 1000; count++) {
      container.routes.add({
        dst: { address: { family: 4, value: 0x0b00_0000n + BigInt(count) }, length: 32 },
        ifIndex: index,
        table: 77,
      })
    }
    assert.equal(container.routes.list({ family: 4, table: 77 }).length, 1000)
  })

  test('get() gives the route that a packet would take', (t) => {
    const { container, index } = prepare(t)
    container.routes.add({ dst: parseCidr('10.9.0.0/16'), gateway: parseIp('10.1.2.1') })
    const route = container.routes.get(parseIp('10.9.1.1'))
    assert.deepEqual(
      [route.ifIndex, route.gateway && formatIp(route.gateway), route.prefSrc && formatIp(route.prefSrc)],
      [index, '10.1.2.1', '10.1.2.3'],
    )
    assert.equal(container.routes.get(parseIp('fd00::99')).ifIndex, index)
    assert.throws(() => container.routes.get(parseIp('8.8.8.8')), {
      code: 'ENETUNREACH',
      errnoText: 'network is unreachable',
    })
  })

  test('a gateway that is not on the link is refused with the reason of the kernel', (t) => {
    const { container } = prepare(t)
    assert.throws(
      () => container.routes.add({ dst: parseCidr('10.9.0.0/16'), gateway: parseIp('172.16.0.1') }),
      {
        message:
          'RTM_NEWROUTE 10.9.0.0/16 via 172.16.0.1: network is unreachable (Nexthop has invalid gateway)',
      },
    )
  })
})
