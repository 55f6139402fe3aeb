// SPDX-License-Identifier: Apache-2.0

import { compareIp, offsetIp, sameIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { completeRange, formatRange, rangeContains, rangesOverlap } from './range.ts'
import type { Range, RangeInput } from './range.ts'

/** Ranges of one family that share the addresses to give: an attachment gets one address of each set. */
export type RangeSet = readonly [Range, ...Range[]]

/**
 * A set with its defaults filled in.
 *
 * @throws Error with the Go plugin's texts.
 */
export function completeRangeSet(inputs: readonly RangeInput[]): RangeSet {
  const [first, ...others] = inputs.map(completeRange)
  if (first === undefined) throw new Error('empty range set')
  const set: RangeSet = [first, ...others]
  if (set.some(({ start }) => start.family !== first.start.family)) throw new Error('mixed address families')
  const clash = findOverlap(set)
  if (clash !== undefined) {
    throw new Error(`subnets ${formatRange(clash[0])} and ${formatRange(clash[1])} overlap`)
  }
  return set
}

function findOverlap(ranges: readonly Range[]): [Range, Range] | undefined {
  for (const [index, range] of ranges.entries()) {
    const other = ranges.slice(index + 1).find((one) => rangesOverlap(range, one))
    if (other !== undefined) return [range, other]
  }
  return undefined
}

/** The range of the set that could give the address. */
export function rangeOf(set: RangeSet, address: IpAddress): Range | undefined {
  return set.find((range) => rangeContains(range, address))
}

/** Whether two sets have an address in common. */
export function setsOverlap(a: RangeSet, b: RangeSet): boolean {
  return a.some((range) => b.some((other) => rangesOverlap(range, other)))
}

/** Text such as `10.1.2.1-10.1.2.9,10.1.2.20-10.1.2.29`. */
export function formatRangeSet(set: RangeSet): string {
  return set.map(formatRange).join(',')
}

/** How many addresses the set can give; those of gateways are never given. */
export function sizeOf(set: RangeSet): bigint {
  return set.reduce((sum, range) => {
    const count = range.end.value - range.start.value + 1n
    return sum + count - (rangeContains(range, range.gateway) ? 1n : 0n)
  }, 0n)
}

/** An address that the set can give, with its range. */
export interface Candidate {
  readonly address: IpAddress
  readonly range: Range
}

/**
 * Every address of the set once, beginning with the one after `last` (round robin), or with the first when `last` is
 * none of the set.
 */
export function* candidates(set: RangeSet, last: IpAddress | undefined): Generator<Candidate> {
  const at = last === undefined ? -1 : set.findIndex((range) => rangeContains(range, last))
  const resumed = set[at]
  if (last === undefined || resumed === undefined) {
    for (const range of set) yield* walk(range, range.start, range.end)
    return
  }
  if (compareIp(last, resumed.end) < 0) yield* walk(resumed, offsetIp(last, 1), resumed.end)
  for (const range of [...set.slice(at + 1), ...set.slice(0, at)]) yield* walk(range, range.start, range.end)
  yield* walk(resumed, resumed.start, last)
}

function* walk(range: Range, from: IpAddress, to: IpAddress): Generator<Candidate> {
  const { family } = from
  for (let { value } = from; value <= to.value; value++) {
    const address = { family, value }
    if (!sameIp(address, range.gateway)) yield { address, range }
  }
}
