// SPDX-License-Identifier: Apache-2.0

import { cniErrorCode, CniError } from '../../../cni/index.ts'
import { formatRangeSet, rangeOf, sizeOf } from './range-set.ts'
import type { RangeSet } from './range-set.ts'
import { describeHolder } from './reservation.ts'
import type { Reservation } from './reservation.ts'

const maxListed = 8

/** The failure that a set has no free address: the Go plugin's text, and in the details who holds them. */
export function exhausted(directory: string, set: RangeSet, reservations: readonly Reservation[]): CniError {
  const held = reservations.filter(({ address }) => rangeOf(set, address) !== undefined)
  const listed = held
    .slice(0, maxListed)
    .map(({ text, holder }) => `${text} by ${holder === undefined ? 'nobody' : describeHolder(holder)}`)
  const rest = held.length > maxListed ? `, and ${held.length - maxListed} more` : ''
  const size = sizeOf(set)
  const all = size === 1n ? 'its only address is' : `all ${size} addresses are`
  const holders = `${all} reserved in ${directory}: ${listed.join(', ')}${rest}`
  return new CniError(
    cniErrorCode.internal,
    `no IP addresses available in range set: ${formatRangeSet(set)}`,
    {
      details: `${holders}; enlarge the range, or remove the files of containers that are gone`,
      id: 'ipam/range-exhausted',
    },
  )
}
