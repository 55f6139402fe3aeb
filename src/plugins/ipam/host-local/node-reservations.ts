// SPDX-License-Identifier: Apache-2.0

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { systemErrorCode, tryParseIp } from '../../../base/index.ts'
import { parseHolder } from './reservation.ts'
import type { Holder } from './reservation.ts'
import { readSmallFile } from './small-file.ts'
import { ReservationStore } from './store.ts'

/** Where host-local, ours and the Go one, keeps its reservations unless `ipam.dataDir` says otherwise. */
export const defaultDataDir = '/var/lib/cni/networks'

/** A reservation of a node, whichever CNI plugin made it. */
export interface NodeReservation extends Holder {
  /** Empty for a file without content, which a power cut left; nobody holds the address then. */
  readonly containerId: string
  readonly network: string
  /** The name of the file, which is the address. */
  readonly file: string
  /** Tells the file from a later one for the same address: when it was written, in nanoseconds since 1970. */
  readonly mark: string
}

const filesPerTurn = 64

/**
 * All reservations below a data directory. Takes no lock, so one that is being written may be
 * missing; what is read as part of it was there at some moment meanwhile. Gives other work a turn now and then.
 */
export async function listReservations(dataDir: string): Promise<NodeReservation[]> {
  const found: NodeReservation[] = []
  let count = 0
  for (const network of directoriesIn(dataDir)) {
    for (const file of addressesIn(join(dataDir, network))) {
      if (++count % filesPerTurn === 0) await setImmediate()
      const reservation = read(dataDir, network, file)
      if (reservation !== undefined) found.push(reservation)
    }
  }
  return found
}

/**
 * Releases reservations of a data directory that are still what they were when {@link listReservations} saw them, each
 * network under its lock.
 *
 * @returns how many files are gone.
 * @throws CniError `ipam/store-unusable`, `system/lock-timeout`; the signal's reason.
 */
export async function releaseReservations(
  dataDir: string,
  reservations: readonly NodeReservation[],
  signal: AbortSignal,
): Promise<number> {
  let released = 0
  for (const [network, own] of Map.groupBy(reservations, (one) => one.network)) {
    const store = new ReservationStore(dataDir, network, { signal, beforeChange: () => undefined })
    if (!store.exists) continue
    const asked = new Map(own.map((one) => [one.file, one.containerId]))
    await store.locked(() => {
      for (const { file, holder } of store.list()) {
        if (asked.get(file) !== (holder?.containerId ?? '')) continue
        store.release(file)
        released++
      }
    })
  }
  return released
}

function read(dataDir: string, network: string, file: string): NodeReservation | undefined {
  const path = join(dataDir, network, file)
  try {
    const holder = parseHolder(readSmallFile(path)) ?? { containerId: '' }
    return { ...holder, network, file, mark: String(statSync(path, { bigint: true }).mtimeNs) }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function addressesIn(directory: string): string[] {
  return namesIn(directory, (entry) => entry.isFile()).filter((name) => tryParseIp(name) !== undefined)
}

function directoriesIn(directory: string): string[] {
  return namesIn(directory, (entry) => entry.isDirectory())
}

function namesIn(
  directory: string,
  isWanted: (entry: { isFile(): boolean; isDirectory(): boolean }) => boolean,
): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter(isWanted)
      .map(({ name }) => name)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}
