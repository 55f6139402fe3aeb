// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { parseCidr, parseIp } from '../../../base/index.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { routeMessage } from './route-message.ts'
import { encodeRoute } from './route-spec.ts'
import { readRoute } from './route.ts'

const adding = { scope: 0, protocol: 3, type: 1 }
const noHeader = {
  family: 2,
  dstLength: 0,
  srcLength: 0,
  tos: 0,
  table: 0,
  protocol: 3,
  scope: 0,
  type: 1,
  flags: 0,
}

const requests = {
  'route-add': {
    header: { ...noHeader, dstLength: 16, table: 254 },
    attributes: {
      dst: parseIp('10.9.0.0'),
      gateway: parseIp('10.1.2.1'),
      prefSrc: parseIp('10.1.2.3'),
      priority: 50,
      ifIndex: 3,
      metrics: { mtu: 1300, advmss: 1200 },
    },
  },
  'route-add-table': {
    header: { ...noHeader, family: 10 },
    attributes: { dst: parseIp('::'), gateway: parseIp('fd00::1'), table: 300, ifIndex: 3 },
  },
}

describe('a route request of ip(8)', () => {
  for (const [name, message] of Object.entries(requests)) {
    const { command, body } = readFixture(name)
    test(`is decoded: ${command}`, () => assert.deepEqual(routeMessage.read(body, 0, body.length), message))
    test(`is encoded byte for byte: ${command}`, () => {
      const out = new ByteWriter()
      routeMessage.write(message, out)
      assert.deepEqual(out.finish(), body)
    })
  }
})

describe('encodeRoute()', () => {
  const bodyOf = (spec: Parameters<typeof encodeRoute>[1]): unknown => {
    const out = new ByteWriter()
    encodeRoute('RTM_NEWROUTE', spec, adding).body(out)
    const body = out.finish()
    return routeMessage.read(body, 0, body.length)
  }

  test('asks for what ip(8) asks for', () => {
    const spec = {
      dst: parseCidr('10.9.0.0/16'),
      gateway: parseIp('10.1.2.1'),
      prefSrc: parseIp('10.1.2.3'),
      priority: 50,
      ifIndex: 3,
      mtu: 1300,
      advmss: 1200,
    }
    assert.deepEqual(bodyOf(spec), requests['route-add'])
    assert.deepEqual(
      bodyOf({ gateway: parseIp('fd00::1'), ifIndex: 3, table: 300 }),
      requests['route-add-table'],
    )
  })

  test('leads an IPv4 route through an IPv6 gateway by another attribute', () => {
    const spec = { dst: parseCidr('10.9.0.0/16'), gateway: parseIp('fe80::1'), ifIndex: 3 }
    const header = { ...noHeader, dstLength: 16, table: 254 }
    assert.deepEqual(bodyOf(spec), {
      header,
      attributes: { dst: parseIp('10.9.0.0'), via: parseIp('fe80::1'), ifIndex: 3 },
    })
  })

  test('says in words what is asked for', () => {
    const spec = { dst: parseCidr('10.9.0.0/16'), gateway: parseIp('10.1.2.1'), ifIndex: 3, table: 300 }
    assert.equal(
      encodeRoute('RTM_NEWROUTE', spec, adding).label,
      'RTM_NEWROUTE 10.9.0.0/16 via 10.1.2.1 link 3 table 300',
    )
    assert.equal(encodeRoute('RTM_DELROUTE', { family: 6 }, adding).label, 'RTM_DELROUTE ::/0')
  })
})

test('readRoute() describes a route of a large table', () => {
  const { body } = readFixture('route-show')
  assert.deepEqual(readRoute(body, 0, body.length), {
    family: 4,
    dst: parseCidr('10.9.0.0/16'),
    table: 300,
    scope: 0,
    protocol: 3,
    type: 1,
    // RTNH_F_LINKDOWN
    flags: 16,
    gateway: parseIp('10.1.2.1'),
    ifIndex: 3,
    prefSrc: parseIp('10.1.2.3'),
    priority: 50,
    mtu: 1300,
    advmss: 1200,
  })
})

test('readRoute() describes a route with several next hops', () => {
  const { body } = readFixture('route-show-multipath')
  const { nextHops, ifIndex, gateway } = readRoute(body, 0, body.length) ?? {}
  assert.deepEqual([ifIndex, gateway], [undefined, undefined])
  assert.deepEqual(nextHops, [
    { ifIndex: 3, weight: 3, gateway: parseIp('10.1.2.1') },
    { ifIndex: 3, weight: 1, gateway: parseIp('fe80::1') },
  ])
})
