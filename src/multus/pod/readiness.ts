// SPDX-License-Identifier: Apache-2.0

import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeError, PlaitError, TimeoutError, waitFor } from '../../base/index.ts'

/** How long the default network may take; upstream's figures (RDY-1). */
export interface ReadinessTiming {
  readonly timeoutMs: number
  readonly intervalMs: number
}

/** Upstream's wait for the readiness indicator: one look per second for 45 seconds. */
export const readinessTiming: ReadinessTiming = { timeoutMs: 45_000, intervalMs: 1000 }

/**
 * Waits until the file exists by which the default network says that it is ready; an empty path is ready.
 *
 * @throws PlaitError `multus/not-ready` with upstream's text (RDY-1), or the signal's reason.
 */
export async function waitUntilReady(
  file: string,
  { timeoutMs, intervalMs }: ReadinessTiming,
  signal?: AbortSignal,
): Promise<void> {
  if (file === '') return
  const path = resolve(file)
  try {
    await waitFor(() => existsSync(path), { timeoutMs, intervalMs, signal, what: path })
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error
    throw new PlaitError(
      'multus/not-ready',
      'have you checked that your default network is ready? still waiting for readinessindicatorfile @ ' +
        `${path}. pollimmediate error: timed out waiting for the condition`,
    )
  }
}

/**
 * Whether the file exists; DEL goes on in either case (RDY-2).
 *
 * @throws PlaitError `multus/not-ready` when that cannot be found out.
 */
export function isReadyForDel(file: string): boolean {
  if (file === '') return true
  const path = resolve(file)
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw new PlaitError(
      'multus/not-ready',
      `error checking readinessindicatorfile on CNI DEL @ ${path}: ${describeError(error)}`,
    )
  }
}
