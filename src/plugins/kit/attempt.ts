// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'

/**
 * What `fn` gives.
 *
 * @throws Error `<what>: <reason>` with the failure as its cause, the way Go wraps.
 */
export function attempt<T>(what: string, fn: () => T): T {
  try {
    return fn()
  } catch (error) {
    throw new Error(`${what}: ${describeError(error)}`, { cause: error })
  }
}
