// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatIp, parseCidr, parseIp } from '../../../base/index.ts'
import { completeRange, formatRange, rangeContains, rangesOverlap } from './range.ts'

function range(subnet: string, more: { start?: string; end?: string; gateway?: string } = {}) {
  const ip = (text: string | undefined) => (text === undefined ? undefined : parseIp(text))
  return completeRange({
    subnet: parseCidr(subnet),
    rangeStart: ip(more.start),
    rangeEnd: ip(more.end),
    gateway: ip(more.gateway),
  })
}

describe('completeRange()', () => {
  it('leaves out the network and, for IPv4 only, the broadcast address', () => {
    assert.equal(formatRange(range('10.1.2.0/24')), '10.1.2.1-10.1.2.254')
    assert.equal(formatRange(range('10.1.2.4/30')), '10.1.2.5-10.1.2.6')
    assert.equal(formatRange(range('fd00:1::/64')), 'fd00:1::1-fd00:1::ffff:ffff:ffff:ffff')
  })

  it('takes the first address as the gateway unless one is given, wherever that is', () => {
    assert.equal(formatIp(range('10.1.2.0/24').gateway), '10.1.2.1')
    assert.equal(formatIp(range('10.1.2.0/24', { gateway: '10.9.9.9' }).gateway), '10.9.9.9')
  })

  it('takes the given bounds, the broadcast address included', () => {
    assert.equal(
      formatRange(range('10.1.2.0/24', { start: '10.1.2.5', end: '10.1.2.9' })),
      '10.1.2.5-10.1.2.9',
    )
    assert.equal(
      formatRange(range('10.1.2.0/24', { start: '10.1.2.0', end: '10.1.2.255' })),
      '10.1.2.0-10.1.2.255',
    )
  })

  it('refuses what the Go plugin refuses, in its words', () => {
    const refused: readonly (readonly [() => unknown, string])[] = [
      [() => completeRange({}), 'IP <nil> not v4 nor v6'],
      [() => range('10.1.2.0/31'), 'Network 10.1.2.0/31 too small to allocate from'],
      [() => range('fd00::/127'), 'Network fd00::/127 too small to allocate from'],
      [
        () => range('10.1.2.9/24'),
        'Network has host bits set. For a subnet mask of length 24 the network address is 10.1.2.0',
      ],
      [() => range('10.1.2.0/24', { start: '10.1.3.5' }), 'RangeStart 10.1.3.5 not in network 10.1.2.0/24'],
      [
        () => range('10.1.2.0/24', { start: '10.1.2.255' }),
        'RangeStart 10.1.2.255 not in network 10.1.2.0/24',
      ],
      [() => range('10.1.2.0/24', { end: '10.1.3.5' }), 'RangeEnd 10.1.3.5 not in network 10.1.2.0/24'],
      [() => range('10.1.2.0/24', { end: 'fd00::1' }), 'RangeEnd fd00::1 not in network 10.1.2.0/24'],
      [
        () => range('10.1.2.0/24', { start: '10.1.2.9', end: '10.1.2.5' }),
        'RangeStart 10.1.2.9 not in network 10.1.2.0/24',
      ],
      [() => range('10.1.2.0/24', { end: '10.1.2.0' }), 'RangeEnd 10.1.2.0 not in network 10.1.2.0/24'],
    ]
    for (const [attempt, message] of refused) assert.throws(attempt, { message })
  })
})

describe('rangeContains()', () => {
  it('counts both ends and nothing beyond them', () => {
    const one = range('10.1.2.0/24', { start: '10.1.2.5', end: '10.1.2.9' })
    const inside = ['10.1.2.4', '10.1.2.5', '10.1.2.9', '10.1.2.10', '::ffff:10.1.2.7', 'fd00::5']
    assert.deepEqual(
      inside.map((text) => rangeContains(one, parseIp(text))),
      [false, true, true, false, true, false],
    )
  })
})

describe('rangesOverlap()', () => {
  const middle = range('10.1.2.0/24', { start: '10.1.2.10', end: '10.1.2.20' })
  const against = (start: string, end: string) => {
    const other = range('10.1.2.0/24', { start, end })
    assert.equal(rangesOverlap(middle, other), rangesOverlap(other, middle))
    return rangesOverlap(middle, other)
  }

  it('sees common addresses, whichever range is the larger', () => {
    assert.equal(against('10.1.2.10', '10.1.2.20'), true)
    assert.equal(against('10.1.2.1', '10.1.2.30'), true)
    assert.equal(against('10.1.2.20', '10.1.2.30'), true)
    assert.equal(against('10.1.2.12', '10.1.2.13'), true)
  })

  it('lets ranges lie beside one another', () => {
    assert.equal(against('10.1.2.1', '10.1.2.9'), false)
    assert.equal(against('10.1.2.21', '10.1.2.30'), false)
    assert.equal(rangesOverlap(middle, range('fd00::/64')), false)
  })
})
