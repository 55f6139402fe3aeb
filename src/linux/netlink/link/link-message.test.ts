// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { AF_BRIDGE } from '../constants/netlink.ts'
import { IFF_PROMISC, IFF_UP } from '../constants/link.ts'
import { bridgePortAttributes } from './bridge-port.ts'
import { bridgeData } from './kinds/bridge.ts'
import { decodePayload, encodePayload } from './kinds/link-kind.ts'
import { macvlanData } from './kinds/macvlan.ts'
import { linkMessage } from './link-message.ts'
import type { LinkMessage } from './link-message.ts'

const zeroHeader = { family: 0, type: 0, index: 0, flags: 0, change: 0 }

function encode(message: LinkMessage): Buffer {
  const out = new ByteWriter()
  linkMessage.write(message, out)
  return out.finish()
}

function decode(body: Buffer): LinkMessage {
  return linkMessage.read(body, 0, body.length)
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** What ip(8) asks for, by fixture; attributes in the order in which it puts them. */
const requests: Readonly<Record<string, LinkMessage>> = {
  'veth-create': {
    header: zeroHeader,
    attributes: {
      mac: '02:00:00:00:00:01',
      name: 'm0',
      info: {
        kind: 'veth',
        data: hex(
          '30000100' +
            '00'.repeat(16) +
            '0a000100020000000002' +
            '0000' +
            '0800040078050000' +
            '070003006d310000',
        ),
      },
    },
  },
  'bridge-create': {
    header: zeroHeader,
    attributes: {
      mtu: 1400,
      name: 'br0',
      info: { kind: 'bridge', data: hex('080005000100000005000700000000000500170000000000') },
    },
  },
  'macvlan-create': {
    header: zeroHeader,
    attributes: {
      mtu: 1400,
      mac: '02:00:00:00:00:03',
      link: 3,
      name: 'v0',
      info: { kind: 'macvlan', data: hex('08000700f40100000800010001000000') },
    },
  },
  'dummy-create': { header: zeroHeader, attributes: { name: 'd0', info: { kind: 'dummy' } } },
  'bridge-port-set': {
    header: { ...zeroHeader, family: AF_BRIDGE, index: 3 },
    attributes: { portInfo: hex('05000400010000000500210001000000') },
  },
  'link-change': {
    header: { ...zeroHeader, index: 3, flags: IFF_UP | IFF_PROMISC, change: IFF_UP | IFF_PROMISC },
    attributes: {
      mtu: 1300,
      mac: '02:00:00:00:00:09',
      alias: 'note',
      group: 7,
      txQueueLength: 10,
      name: 'n0',
    },
  },
  'link-delete-group': { header: zeroHeader, attributes: { group: 7 } },
}

describe('a link request of ip(8)', () => {
  for (const [name, message] of Object.entries(requests)) {
    const fixture = readFixture(name)
    test(`is decoded: ${fixture.command}`, () => assert.deepEqual(decode(fixture.body), message))
    test(`is encoded byte for byte: ${fixture.command}`, () =>
      assert.deepEqual(encode(message), fixture.body))
  }
})

describe('the data of a kind', () => {
  const cases = [
    ['macvlan-create', macvlanData, { bcQueueLength: 500, mode: 1 }],
    ['bridge-create', bridgeData, { stpState: 1, vlanFiltering: false, multicastSnooping: false }],
  ] as const
  for (const [name, codec, values] of cases) {
    test(`is decoded and encoded byte for byte: ${name}`, () => {
      const data = decode(readFixture(name).body).attributes.info?.data ?? Buffer.alloc(0)
      assert.deepEqual(decodePayload<object>(codec, data), values)
      assert.deepEqual(encodePayload<object>(codec, values), data)
    })
  }

  test('is decoded and encoded byte for byte: bridge-port-set', () => {
    const data = decode(readFixture('bridge-port-set').body).attributes.portInfo ?? Buffer.alloc(0)
    assert.deepEqual(decodePayload(bridgePortAttributes, data), { hairpin: true, isolated: true })
    assert.deepEqual(encodePayload(bridgePortAttributes, { hairpin: true, isolated: true }), data)
  })
})

describe("the kernel's description of a link", () => {
  for (const name of [
    'veth-show',
    'bridge-show',
    'macvlan-show',
    'bridge-port-show',
    'vxlan-show',
    'link-names',
  ]) {
    test(`loses nothing when it is decoded and encoded: ${name}`, () => {
      const once = decode(readFixture(name).body)
      assert.deepEqual(decode(encode(once)), once)
      assert.ok(
        (once.attributes.unknown?.length ?? 0) > 10,
        'attributes that the table does not name are kept',
      )
    })
  }
})

test('a name with a NUL character never reaches the kernel', () => {
  assert.throws(() => encode({ header: zeroHeader, attributes: { name: 'lo\0x' } }), { id: 'config/invalid' })
})

test('an alias is taken away by a single NUL', () => {
  assert.deepEqual(
    encode({ header: zeroHeader, attributes: { alias: '' } }).subarray(16),
    hex('0500140000000000'),
  )
})
