// SPDX-License-Identifier: Apache-2.0

import { CommanderError } from 'commander'
import { describeError, errorCatalogue, errorIdOf } from '../base/index.ts'
import { Interrupted } from './interrupt.ts'

/**
 * Tells an error on standard error: what happened in one line, and below it what is known about its kind.
 *
 * @returns the exit code: 128 and the signal's number for an interruption, 0 for help, 2 for everything else.
 */
export function reportError(error: unknown): number {
  // Said already, as help or as an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  console.error(`plait: ${describeError(error)}`)
  if (error instanceof Interrupted) return error.exitCode
  const id = errorIdOf(error)
  if (id !== undefined) console.error(`  ${id}: ${errorCatalogue[id].remedy}`)
  return 2
}
