// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path'
import { listReservations, releaseReservations } from '../../plugins/index.ts'
import type { NodeReservation } from '../../plugins/index.ts'

/** Whether a reservation is to be released; `path` is that of its file. */
export type Choose = (reservation: NodeReservation, path: string) => boolean

/**
 * Releases the chosen reservations of host-local, of whatever network, and goes on with the other directories when one
 * of them fails.
 *
 * @returns how many were released.
 * @throws AggregateError of the directories that could not be cleaned.
 */
export async function releaseChosen(
  dataDirs: readonly string[],
  choose: Choose,
  signal: AbortSignal,
): Promise<number> {
  let released = 0
  const failures: unknown[] = []
  for (const dataDir of dataDirs) {
    try {
      const chosen = (await listReservations(dataDir)).filter((one) => choose(one, pathOf(dataDir, one)))
      released += await releaseReservations(dataDir, chosen, signal)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, '')
  return released
}

/** The reservations that there are, by path, each with its mark. @throws the error of the file system */
export async function markReservations(dataDirs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, string>()
  for (const dataDir of dataDirs) {
    for (const one of await listReservations(dataDir)) marks.set(pathOf(dataDir, one), one.mark)
  }
  return marks
}

function pathOf(dataDir: string, { network, file }: NodeReservation): string {
  return join(dataDir, network, file)
}
