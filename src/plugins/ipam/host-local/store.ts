// SPDX-License-Identifier: Apache-2.0

import { existsSync, readdirSync, unlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatIp, systemErrorCode, tryParseIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { FileLock } from '../../../linux/index.ts'
import { makeDirectory } from '../../kit/make-directory.ts'
import type { Attachment, PluginCall } from '../../kit/plugin-call.ts'
import { createFile, overwriteFile, readIfPresent, readSmallFile } from './small-file.ts'
import { formatHolder, parseHolder } from './reservation.ts'
import type { Reservation } from './reservation.ts'
import { recall, remember } from './reservation-memory.ts'
import { storeFailure } from './store-failure.ts'

// Everything under the lock is a handful of short synchronous calls; who holds it longer hangs.
const lockTimeoutMs = 30_000

// Spares the parser the other files.
const looksLikeAddress = /^[\d.]+$|:/

/** What the store uses of a call. */
export type StoreCall = Pick<PluginCall, 'signal' | 'beforeChange'>

/**
 * The reservations of one network, in the files of the Go plugin, which may work on the same directory at the same
 * time: one file per address, `last_reserved_ip.<set>`, and `lock` for flock(2).
 */
export class ReservationStore {
  readonly directory: string
  readonly #call: StoreCall
  // What the directory holds, from the first look under the lock until the lock is given back.
  #held: Map<string, Reservation> | undefined
  #isNew = false

  constructor(dataDir: string, network: string, call: StoreCall) {
    // A relative directory has no meaning in a daemon; runtimes start plugins in the root directory.
    this.directory = join(resolve('/', dataDir), network)
    this.#call = call
  }

  get exists(): boolean {
    return existsSync(this.directory)
  }

  /**
   * What `work` gives, while nobody else works on the directory, which is made if need be. It must not wait.
   *
   * @throws CniError `ipam/store-unusable`, `system/lock-timeout`; the signal's reason.
   */
  async locked<T>(work: () => T): Promise<T> {
    if (!this.exists) {
      this.#change(`mkdir ${this.directory}`, () => makeDirectory(this.directory, 0o755))
    }
    using _lock = await this.#lock()
    try {
      return work()
    } finally {
      this.#keepInMind()
    }
  }

  async #lock(): Promise<FileLock> {
    const path = join(this.directory, 'lock')
    this.#call.beforeChange(`flock ${path}`)
    try {
      return await FileLock.acquire(path, {
        timeoutMs: lockTimeoutMs,
        signal: this.#call.signal,
        create: { mode: 0o750 },
      })
    } catch (error) {
      throw storeFailure(`lock ${path}`, error)
    }
  }

  /** All reservations; read only if somebody else changed the directory. To be called under the lock. */
  list(): Reservation[] {
    this.#held ??= this.#recall() ?? this.#readAll()
    return [...this.#held.values()]
  }

  #recall(): Map<string, Reservation> | undefined {
    const known = this.#read(() => recall(this.directory))
    return known && new Map(known)
  }

  #readAll(): Map<string, Reservation> {
    this.#isNew = true
    const files = this.#read(() => readdirSync(this.directory))
    const reservations = files.flatMap((file) => this.#load(file) ?? [])
    return new Map(reservations.map((one) => [one.file, one]))
  }

  #keepInMind(): void {
    // Somebody may fill an empty file, which changes no directory.
    const isCertain = this.#held?.values().every(({ holder }) => holder !== undefined)
    if (this.#held !== undefined && this.#isNew && isCertain === true) remember(this.directory, this.#held)
    this.#held = undefined
    this.#isNew = false
  }

  #load(file: string): Reservation | undefined {
    const address = looksLikeAddress.test(file) ? tryParseIp(file) : undefined
    if (address === undefined) return undefined
    const content = this.#read(() => readSmallFile(join(this.directory, file)))
    return { address, text: formatIp(address), file, holder: parseHolder(content) }
  }

  /** Creates the file of an address that is free. To be called under the lock. */
  reserve(address: IpAddress, owner: Attachment): void {
    const file = formatIp(address)
    const path = join(this.directory, file)
    this.#change(`create ${path}`, () => createFile(path, formatHolder(owner)))
    this.#held?.set(file, { address, text: file, file, holder: owner })
    this.#isNew = true
  }

  /** Removes files that {@link list} or {@link reserve} named; one that is gone is done. Under the lock. */
  release(file: string): void {
    const path = join(this.directory, file)
    this.#change(`unlink ${path}`, () => {
      try {
        unlinkSync(path)
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOENT') throw error
      }
    })
    this.#held?.delete(file)
    this.#isNew = true
  }

  /** The address of a set that was given last; undefined when there is none or the file holds something else. */
  lastReserved(set: number): IpAddress | undefined {
    const path = join(this.directory, `last_reserved_ip.${set}`)
    return tryParseIp(this.#read(() => readIfPresent(path)) ?? '')
  }

  /** Remembers the address for the rotation. To be called under the lock. */
  setLastReserved(set: number, address: string): void {
    const path = join(this.directory, `last_reserved_ip.${set}`)
    this.#change(`write ${path}`, () => overwriteFile(path, address))
  }

  #change(what: string, work: () => void): void {
    this.#call.beforeChange(what)
    try {
      work()
    } catch (error) {
      throw storeFailure(what, error)
    }
  }

  #read<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeFailure(`read ${this.directory}`, error)
    }
  }
}
