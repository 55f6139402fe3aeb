// SPDX-License-Identifier: Apache-2.0

import { statSync, utimesSync } from 'node:fs'
import type { Reservation } from './reservation.ts'

// Bounds what a daemon remembers of networks that come and go.
const maxDirectories = 64

/** The reservations of a directory by file. */
export type Reservations = ReadonlyMap<string, Reservation>

interface Memory {
  /** The modification time that this process has given the directory, in nanoseconds. */
  readonly mark: bigint
  readonly reservations: Reservations
}

const memories = new Map<string, Memory>()

/**
 * What the directory held when this process remembered it; undefined if anybody has made or removed a file in it since.
 * To be called under the lock of the directory.
 */
export function recall(directory: string): Reservations | undefined {
  const memory = memories.get(directory)
  return memory !== undefined && markOf(directory) === memory.mark ? memory.reservations : undefined
}

/**
 * Remembers what the directory holds, and marks it by its modification time: whoever makes or removes a file changes
 * that. The kernel's own times are no mark, because two changes within milliseconds may get the same one. To be called
 * under the lock of the directory.
 */
export function remember(directory: string, reservations: Reservations): void {
  memories.delete(directory)
  const mark = leaveMark(directory)
  if (mark === undefined) return
  memories.set(directory, { mark, reservations })
  const [oldest] = memories.keys()
  if (memories.size > maxDirectories && oldest !== undefined) memories.delete(oldest)
}

function leaveMark(directory: string): bigint | undefined {
  const seconds = Math.floor(Date.now() / 1000) - 1
  try {
    utimesSync(directory, seconds, seconds + Math.random())
  } catch {
    return undefined // Not ours to write: the files are read each time.
  }
  const mark = markOf(directory)
  // Where times are whole seconds, no time is a mark.
  return mark % 1_000_000_000n === 0n ? undefined : mark
}

function markOf(directory: string): bigint {
  return statSync(directory, { bigint: true }).mtimeNs
}
