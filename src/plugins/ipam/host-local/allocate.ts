// SPDX-License-Identifier: Apache-2.0

import { formatIp, sameIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { cniErrorCode, CniError, toCniError } from '../../../cni/index.ts'
import type { CniIp } from '../../../cni/index.ts'
import type { Attachment } from '../../kit/plugin-call.ts'
import { exhausted } from './exhausted.ts'
import { candidates, formatRangeSet, rangeOf } from './range-set.ts'
import type { Candidate, RangeSet } from './range-set.ts'
import { heldBy } from './reservation.ts'
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
  const pending = new Map(requested.map((address) => [formatIp(address), address]))
  const reservations = store.list()
  const given: { file: string; ip: CniIp }[] = []
  try {
    for (const [index, set] of sets.entries()) {
      const wanted = pending.values().find((address) => rangeOf(set, address) !== undefined)
      const pool = { store, set, index, reservations, owner }
      const { address, range } = inSet(index, () =>
        wanted === undefined ? next(pool) : exactly(pool, wanted),
      )
      const file = formatIp(address)
      pending.delete(file)
      inSet(index, () => take(pool, file))
      given.push({
        file,
        ip: { address: `${file}/${range.subnet.length}`, gateway: formatIp(range.gateway) },
      })
    }
    if (pending.size > 0)
      throw refuse(`failed to allocate all requested IPs: ${[...pending.keys()].join(' ')}`)
  } catch (error) {
    for (const { file } of given) store.release(file)
    throw error
  }
  return given.map(({ ip }) => ip)
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
    throw refuse(`requested ip ${text} is subnet's gateway`)
  const holder = reservations.find((one) => sameIp(one.address, address))?.holder
  if (range !== undefined && holder === undefined) return { address, range }
  throw refuse(`requested IP address ${text} is not available in range set ${formatRangeSet(set)}`)
}

function next({ store, set, index, reservations, owner }: Pool): Candidate {
  const own = heldBy(owner, reservations).find(({ address }) => rangeOf(set, address) !== undefined)
  if (own !== undefined) {
    const text = `${formatIp(own.address)} has been allocated to ${owner.containerId}`
    throw refuse(`${text}, duplicate allocation is not allowed`)
  }
  const held = new Set(
    reservations.filter(({ holder }) => holder !== undefined).map(({ address }) => formatIp(address)),
  )
  const free = candidates(set, store.lastReserved(index)).find(({ address }) => !held.has(formatIp(address)))
  if (free === undefined) throw exhausted(store.directory, set, reservations)
  return free
}

function take({ store, index, reservations, owner }: Pool, file: string): void {
  const leftover = reservations.find((one) => one.file === file)
  if (leftover !== undefined) store.release(leftover.file)
  store.reserve(file, owner)
  try {
    store.setLastReserved(index, file)
  } catch (error) {
    store.release(file)
    throw error
  }
}

function inSet<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code, msg, details, id } = toCniError(error)
    throw new CniError(code, `failed to allocate for range ${index}: ${msg}`, { details, id, cause: error })
  }
}

function refuse(text: string): CniError {
  return new CniError(cniErrorCode.internal, text, { id: 'ipam/address-refused' })
}
