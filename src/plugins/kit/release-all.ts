// SPDX-License-Identifier: Apache-2.0

import { toError } from '../../base/index.ts'

/**
 * Runs every step in order, each although another failed: the shape of a DEL.
 *
 * @throws the failure, or an AggregateError of several.
 */
export async function releaseAll(...steps: readonly (() => void | Promise<void>)[]): Promise<void> {
  const failures: Error[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(toError(error))
    }
  }
  const [first, ...others] = failures
  if (first === undefined) return
  throw others.length === 0 ? first : new AggregateError(failures)
}
