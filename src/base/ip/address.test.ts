// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import {
  compareIp,
  formatIp,
  ipFromBytes,
  ipToBytes,
  offsetIp,
  parseIp,
  sameIp,
  tryParseIp,
} from './address.ts'
import { isLinkLocal, isLoopback, isMulticast, isUnspecified } from './kinds.ts'

const anyIp = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
)

describe('parseIp()', () => {
  test('takes what Go takes', () => {
    for (const [text, formatted] of [
      ['10.1.2.3', '10.1.2.3'],
      ['0.0.0.0', '0.0.0.0'],
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['::', '::'],
      ['fe80::1', 'fe80::1'],
      ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
      ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
      ['1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'],
      ['1:2:3:4:5:6::8', '1:2:3:4:5:6:0:8'],
      ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
      ['1::', '1::'],
      ['::ffff:10.1.2.3', '10.1.2.3'],
      ['::ffff:a01:203', '10.1.2.3'],
    ] as const) {
      assert.equal(formatIp(parseIp(text)), formatted, text)
    }
  })

  test('refuses what Go refuses', () => {
    for (const text of [
      '',
      ' 10.0.0.1',
      '10.0.0.1 ',
      '010.0.0.1',
      '10.0.0.01',
      '10.0.0',
      '10.0.0.256',
      '0x0a.0.0.1',
      '1.2.3.4.5',
      '10',
      'fe80::1%eth0',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7::8',
      '1:2:3:4:5:6:7:8:9',
      ':::',
      '1::2::3',
      '12345::',
      '::g',
      '::ffff:010.1.2.3',
      '::1.2.3',
      '[::1]',
      '1:2:3:4:5:6:7:1.2.3.4',
      ':1:2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7:8:',
    ]) {
      assert.equal(tryParseIp(text), undefined, text)
      assert.throws(() => parseIp(text), { message: `invalid IP address: ${text}`, id: 'config/ip-invalid' })
    }
  })

  test('undoes formatIp()', () => {
    fc.assert(
      fc.property(anyIp, (bytes) => {
        const address = ipFromBytes(bytes)
        const again = parseIp(formatIp(address))
        // Text of an IPv4-mapped address is read as IPv4.
        if (address.family === 6 && address.value >> 32n === 0xffffn) assert.equal(again.family, 4)
        else assert.deepEqual(again, address)
      }),
    )
  })
})

test('ipToBytes() undoes ipFromBytes()', () => {
  fc.assert(fc.property(anyIp, (bytes) => assert.deepEqual([...ipToBytes(ipFromBytes(bytes))], [...bytes])))
  assert.throws(() => ipFromBytes([1, 2, 3]), /3 bytes/)
})

test('offsetIp() counts on and back, and never leaves the family', () => {
  assert.equal(formatIp(offsetIp(parseIp('10.0.0.255'), 1)), '10.0.1.0')
  assert.equal(formatIp(offsetIp(parseIp('::1:0:0'), -1n)), '::ffff:ffff')
  assert.throws(() => offsetIp(parseIp('255.255.255.255'), 1), /outside the IPv4 space/)
  assert.throws(() => offsetIp(parseIp('::'), -1), /outside the IPv6 space/)
})

test('compareIp() orders by family, then by value', () => {
  const sorted = ['::1', '10.0.0.2', '10.0.0.10', '::'].map(parseIp).sort(compareIp).map(formatIp)
  assert.deepEqual(sorted, ['10.0.0.2', '10.0.0.10', '::', '::1'])
  assert.equal(compareIp(parseIp('::1'), parseIp('::1')), 0)
  assert.equal(sameIp(parseIp('0.0.0.1'), parseIp('::1')), false)
})

test('kinds of addresses are those of Go', () => {
  const kinds = (text: string): string =>
    Object.entries({ isUnspecified, isLoopback, isMulticast, isLinkLocal })
      .flatMap(([name, check]) => (check(parseIp(text)) ? [name] : []))
      .join()
  assert.deepEqual(
    [
      '0.0.0.0',
      '::',
      '127.9.9.9',
      '::1',
      '224.0.0.1',
      '239.255.255.255',
      'ff02::1',
      '169.254.1.1',
      'fe80::1',
      'febf::1',
    ].map(kinds),
    [
      'isUnspecified',
      'isUnspecified',
      'isLoopback',
      'isLoopback',
      'isMulticast',
      'isMulticast',
      'isMulticast',
      'isLinkLocal',
      'isLinkLocal',
      'isLinkLocal',
    ],
  )
  for (const text of ['10.0.0.1', '2001:db8::1', 'fec0::1', '240.0.0.1', '::2'])
    assert.equal(kinds(text), '', text)
})
