// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { formatIp, ipFromBytes, parseIp } from './address.ts'
import {
  broadcastOf,
  containsIp,
  firstIp,
  formatCidr,
  hostCidr,
  isDefaultRoute,
  lastIp,
  networkOf,
  parseCidr,
  sameCidr,
  tryParseCidr,
} from './cidr.ts'

const anyCidr = fc
  .oneof(
    fc.record({ bytes: fc.uint8Array({ minLength: 4, maxLength: 4 }), length: fc.nat(32) }),
    fc.record({ bytes: fc.uint8Array({ minLength: 16, maxLength: 16 }), length: fc.nat(128) }),
  )
  .map(({ bytes, length }) => ({ address: ipFromBytes(bytes), length }))

describe('parseCidr()', () => {
  test('keeps the host bits', () => {
    assert.equal(formatCidr(parseCidr('10.1.2.3/24')), '10.1.2.3/24')
    assert.equal(formatCidr(parseCidr('2001:DB8::5/64')), '2001:db8::5/64')
  })

  test('takes an IPv4-mapped prefix as IPv4', () => {
    assert.equal(formatCidr(parseCidr('::ffff:10.1.2.3/120')), '10.1.2.3/24')
    assert.equal(tryParseCidr('::ffff:10.1.2.3/64'), undefined)
  })

  test('refuses what Go refuses', () => {
    for (const text of [
      '10.1.2.3',
      '10.1.2.3/33',
      '::/129',
      '10.1.2.3/-1',
      '10.1.2.3/',
      '/24',
      '10.1.2.3/24/1',
      '10.01.2.3/24',
      '10.1.2.3/ 24',
      '10.1.2.3/1e1',
    ]) {
      assert.throws(() => parseCidr(text), {
        message: `invalid CIDR address: ${text}`,
        id: 'config/ip-invalid',
      })
    }
  })
})

test('the bounds of a prefix are its network and its last address', () => {
  const cidr = parseCidr('10.1.2.3/22')
  assert.equal(formatIp(firstIp(cidr)), '10.1.0.0')
  assert.equal(formatIp(lastIp(cidr)), '10.1.3.255')
  assert.equal(formatCidr(networkOf(cidr)), '10.1.0.0/22')
  assert.equal(formatIp(lastIp(parseCidr('2001:db8::/126'))), '2001:db8::3')
})

test('broadcastOf() knows which prefixes have none', () => {
  const broadcasts = ['10.0.0.1/24', '10.0.0.1/30', '10.0.0.1/31', '10.0.0.1/32', 'fd00::1/64'].map((text) =>
    broadcastOf(parseCidr(text)),
  )
  assert.deepEqual(
    broadcasts.map((address) => address && formatIp(address)),
    ['10.0.0.255', '10.0.0.3', undefined, undefined, undefined],
  )
})

test('containsIp() is true from the first to the last address only', () => {
  fc.assert(
    fc.property(anyCidr, (cidr) => {
      assert.ok(
        containsIp(cidr, cidr.address) && containsIp(cidr, firstIp(cidr)) && containsIp(cidr, lastIp(cidr)),
      )
      const { family } = cidr.address
      assert.equal(containsIp(cidr, { family, value: lastIp(cidr).value + 1n }), false)
      assert.equal(containsIp(cidr, { family: family === 4 ? 6 : 4, value: cidr.address.value }), false)
    }),
  )
})

test('hostCidr(), sameCidr() and isDefaultRoute() say what their names say', () => {
  assert.equal(formatCidr(hostCidr(parseIp('10.0.0.1'))), '10.0.0.1/32')
  assert.equal(formatCidr(hostCidr(parseIp('::1'))), '::1/128')
  assert.ok(sameCidr(parseCidr('10.0.0.1/8'), parseCidr('10.0.0.1/8')))
  assert.ok(!sameCidr(parseCidr('10.0.0.1/8'), parseCidr('10.0.0.0/8')))
  assert.deepEqual(
    ['0.0.0.0/0', '::/0', '10.0.0.0/0', '0.0.0.0/1'].map((text) => isDefaultRoute(parseCidr(text))),
    [true, true, false, false],
  )
})
