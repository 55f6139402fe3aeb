// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assert as check, bigInt, integer, property, tuple } from 'fast-check'
import { compareIp, formatIp, parseCidr, parseIp } from '../../../base/index.ts'
import { candidates, completeRangeSet, formatRangeSet, rangeOf, setsOverlap, sizeOf } from './range-set.ts'
import type { RangeSet } from './range-set.ts'

function rangeIn(subnet: string, start?: string, end?: string) {
  return {
    subnet: parseCidr(subnet),
    rangeStart: start === undefined ? undefined : parseIp(start),
    rangeEnd: end === undefined ? undefined : parseIp(end),
  }
}

const order = (set: RangeSet, last?: string) =>
  [...candidates(set, last === undefined ? undefined : parseIp(last))].map(({ address }) =>
    formatIp(address).replace('10.1.2.', '.'),
  )

describe('completeRangeSet()', () => {
  it('refuses an empty set, mixed families and overlaps, in the words of the Go plugin', () => {
    assert.throws(() => completeRangeSet([]), { message: 'empty range set' })
    assert.throws(() => completeRangeSet([rangeIn('10.0.0.0/24'), rangeIn('fd00::/64')]), {
      message: 'mixed address families',
    })
    assert.throws(() => completeRangeSet([rangeIn('10.0.0.0/24'), rangeIn('10.0.0.0/25')]), {
      message: 'subnets 10.0.0.1-10.0.0.254 and 10.0.0.1-10.0.0.126 overlap',
    })
  })

  it('takes windows of one subnet', () => {
    const set = completeRangeSet([
      rangeIn('10.1.2.0/24', '10.1.2.5', '10.1.2.6'),
      rangeIn('10.1.2.0/24', '10.1.2.9', '10.1.2.9'),
    ])
    assert.equal(formatRangeSet(set), '10.1.2.5-10.1.2.6,10.1.2.9-10.1.2.9')
    assert.equal(rangeOf(set, parseIp('10.1.2.7')), undefined)
    assert.equal(rangeOf(set, parseIp('10.1.2.9')), set[1])
  })
})

describe('candidates()', () => {
  const one = completeRangeSet([rangeIn('10.1.2.0/29')])
  const two = completeRangeSet([
    rangeIn('10.1.2.0/29', '10.1.2.1', '10.1.2.3'),
    rangeIn('10.1.2.8/29', '10.1.2.9', '10.1.2.11'),
  ])

  it('never gives the gateway, the network or the broadcast address', () => {
    assert.deepEqual(order(one), ['.2', '.3', '.4', '.5', '.6'])
  })

  it('goes on after the last address, round the end, and tries that one last', () => {
    assert.deepEqual(order(one, '10.1.2.3'), ['.4', '.5', '.6', '.2', '.3'])
    assert.deepEqual(order(one, '10.1.2.6'), ['.2', '.3', '.4', '.5', '.6'])
  })

  it('goes from range to range of the set', () => {
    assert.deepEqual(order(two), ['.2', '.3', '.10', '.11'])
    assert.deepEqual(order(two, '10.1.2.3'), ['.10', '.11', '.2', '.3'])
    assert.deepEqual(order(two, '10.1.2.10'), ['.11', '.2', '.3', '.10'])
    assert.deepEqual(order(two, '10.1.2.11'), ['.2', '.3', '.10', '.11'])
  })

  it('starts from the beginning when the last address is none of the set', () => {
    assert.deepEqual(order(one, '10.9.9.9'), order(one))
    assert.deepEqual(order(one, 'fd00::1'), order(one))
  })

  it('gives the all-ones address of IPv6', () => {
    const set = completeRangeSet([rangeIn('fd00::/126')])
    assert.deepEqual(order(set), ['fd00::2', 'fd00::3'])
  })

  it('gives nothing when the gateway is the only address', () => {
    const set = completeRangeSet([rangeIn('10.1.2.0/24', '10.1.2.1', '10.1.2.1')])
    assert.deepEqual(order(set), [])
    assert.equal(sizeOf(set), 0n)
  })

  it('gives each address of any set once, whatever was given last', () => {
    const start = bigInt({ min: 2n, max: 200n })
    check(
      property(
        tuple(start, integer({ min: 0, max: 40 })),
        bigInt({ min: 0n, max: 255n }),
        ([from, length], last) => {
          const ip = (value: bigint) => ({ family: 4, value: 0x0a010200n + value }) as const
          const set = completeRangeSet([
            { subnet: parseCidr('10.1.2.0/24'), rangeStart: ip(from), rangeEnd: ip(from + BigInt(length)) },
            { subnet: parseCidr('10.1.3.0/28') },
          ])
          const all = [...candidates(set, ip(last))].map(({ address }) => address)
          assert.equal(BigInt(new Set(all.map(formatIp)).size), sizeOf(set))
          assert.equal(BigInt(all.length), sizeOf(set))
          for (const address of all) assert.ok(rangeOf(set, address))
          const next = all.find((address) => compareIp(address, ip(last)) > 0)
          if (rangeOf(set, ip(last)) !== undefined && next !== undefined) assert.deepEqual(all[0], next)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('walks a huge range one step at a time', () => {
    const set = completeRangeSet([rangeIn('10.0.0.0/8')])
    assert.equal(formatIp(candidates(set, undefined).next().value?.address ?? parseIp('0.0.0.0')), '10.0.0.2')
    assert.equal(sizeOf(set), 2n ** 24n - 3n)
  })
})

describe('setsOverlap()', () => {
  it('compares every range with every other', () => {
    const a = completeRangeSet([rangeIn('10.1.2.0/24'), rangeIn('10.1.3.0/24')])
    assert.equal(setsOverlap(a, completeRangeSet([rangeIn('10.9.0.0/24'), rangeIn('10.1.3.0/25')])), true)
    assert.equal(setsOverlap(a, completeRangeSet([rangeIn('10.1.4.0/24')])), false)
  })
})
