// SPDX-License-Identifier: Apache-2.0

import type { Reservation } from './reservation.ts'

// Bounds what a daemon remembers of networks that come and go.
const maxDirectories = 64

const memories = new Map<string, Map<string, Reservation>>()

/** The reservations of a directory as this process saw them last, by file; empty when it does not remember. */
export function remembered(directory: string): ReadonlyMap<string, Reservation> {
  return memories.get(directory) ?? new Map()
}

/** Remembers the reservations of a directory in place of what was remembered, and forgets the oldest directory if need be. */
export function remember(directory: string, reservations: readonly Reservation[]): void {
  memories.delete(directory)
  memories.set(directory, new Map(reservations.map((one) => [one.file, one])))
  const [oldest] = memories.keys()
  if (memories.size > maxDirectories && oldest !== undefined) memories.delete(oldest)
}

/** Forgets one file, because it is about to be removed. */
export function forget(directory: string, file: string): void {
  memories.get(directory)?.delete(file)
}
