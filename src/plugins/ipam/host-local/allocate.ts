// SPDX-License-Identifier: Apache-2.0

import { formatIp, sameIp, toError } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { cniErrorCode, CniError, toCniError } from '../../../cni/index.ts'
import type { CniIp } from '../../../cni/index.ts'
import type { Attachment } from '../../kit/plugin-call.ts'
import { exhausted } from './exhausted.ts'
import { candidates, formatRangeSet, rangeOf } from './range-set.ts'
import type { Candidate, RangeSet } from './range-set.ts'
import { describeHolder, heldBy } from './reservation.ts'
import type { Reservation } from './reservation.ts'
import type { ReservationStore } from './store.ts'

/** What is given to whom. */
export interface AllocationRequest {
  readonly sets: readonly RangeSet[]
  readonly requested: readonly IpAddress[]
  readonly owner: Attachment
}

/**
 * One address of every set for an attachment: all are reserved, or none. To be called under the store's lock.
 *
 * @throws CniError with the Go plugin's texts.
 */
export function allocate(store: ReservationStore, { sets, requested, owner }: AllocationRequest): CniIp[] {
  const reservations = store.list()
  const pending = new Map(requested.map((address) => [formatIp(address), address]))
  const given: { file: string; ip: CniIp }[] = []
  try {
    for (const [index, set] of sets.entries()) {
      const wanted = pending.values().find((address) => rangeOf(set, address) !== undefined)
      given.push(serve({ store, set, index, reservations, owner }, wanted))
      if (wanted !== undefined) pending.delete(formatIp(wanted))
    }
    if (pending.size === 0) return given.map(({ ip }) => ip)
    const ranges = sets.map(formatRangeSet).join(', ')
    throw refuse(
      `failed to allocate all requested IPs: ${[...pending.keys()].join(' ')}`,
      `the network has ${ranges}; ask for addresses of these, or for none`,
    )
  } catch (error) {
    const files = given.map(({ file }) => file)
    throw takeBack(store, files, toError(error))
  }
}

/** What is to be thrown after giving the files back: the failure, with those that could not be given back. */
function takeBack(store: ReservationStore, files: readonly string[], failure: Error): Error {
  const others: Error[] = []
  for (const file of files) {
    try {
      store.release(file)
    } catch (error) {
      others.push(toError(error))
    }
  }
  return others.length === 0 ? failure : new AggregateError([failure, ...others])
}

/** One address of one set. */
function serve(pool: Pool, wanted: IpAddress | undefined): { file: string; ip: CniIp } {
  try {
    const { address, range } = wanted === undefined ? next(pool) : exactly(pool, wanted)
    const file = take(pool, address)
    return { file, ip: { address: `${file}/${range.subnet.length}`, gateway: formatIp(range.gateway) } }
  } catch (error) {
    const { code, msg, details, id } = toCniError(error)
    const text = `failed to allocate for range ${pool.index}: ${msg}`
    throw new CniError(code, text, { details, id, cause: error })
  }
}

interface Pool {
  readonly store: ReservationStore
  readonly set: RangeSet
  /** Which set it is, for the rotation. */
  readonly index: number
  readonly reservations: readonly Reservation[]
  readonly owner: Attachment
}

function exactly({ set, reservations }: Pool, address: IpAddress): Candidate {
  const range = rangeOf(set, address)
  const text = formatIp(address)
  if (range !== undefined && sameIp(address, range.gateway))
    throw refuse(`requested ip ${text} is subnet's gateway`, 'ask for another one, or for none')
  const holder = reservations.find((one) => sameIp(one.address, address))?.holder
  if (range !== undefined && holder === undefined) return { address, range }
  const by = holder === undefined ? '' : `${describeHolder(holder)} has it; `
  throw refuse(
    `requested IP address ${text} is not available in range set ${formatRangeSet(set)}`,
    `${by}ask for another one, or for none`,
  )
}

function next({ store, set, index, reservations, owner }: Pool): Candidate {
  const own = heldBy(owner, reservations).find(({ address }) => rangeOf(set, address) !== undefined)
  if (own !== undefined) {
    const text = `${own.text} has been allocated to ${owner.containerId}`
    throw refuse(
      `${text}, duplicate allocation is not allowed`,
      'DEL the attachment before it is added again',
    )
  }
  const held = new Set(reservations.filter(({ holder }) => holder !== undefined).map(({ text }) => text))
  const free = candidates(set, store.lastReserved(index)).find(({ address }) => !held.has(formatIp(address)))
  if (free === undefined) throw exhausted(store.directory, set, reservations)
  return free
}

function take({ store, index, reservations, owner }: Pool, address: IpAddress): string {
  const file = formatIp(address)
  const leftover = reservations.find((one) => one.file === file)
  if (leftover !== undefined) store.release(leftover.file)
  store.reserve(address, owner)
  try {
    store.setLastReserved(index, file)
    return file
  } catch (error) {
    throw takeBack(store, [file], toError(error))
  }
}

function refuse(text: string, details: string): CniError {
  return new CniError(cniErrorCode.internal, text, { details, id: 'ipam/address-refused' })
}
