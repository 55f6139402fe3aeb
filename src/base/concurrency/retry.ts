// SPDX-License-Identifier: Apache-2.0

import { delay } from './delay.ts'

/** How often and how far apart. */
export interface RetryOptions {
  /** How many times in all; at least 1. */
  readonly attempts: number
  /** Pause after the first failure. */
  readonly delayMs: number
  /** Each further pause is the last one times this. @default 1 */
  readonly factor?: number
  /** Share of a pause that is random, 0 to 1, so that many callers do not come back at once. @default 0 */
  readonly jitter?: number
  readonly signal?: AbortSignal | undefined
  /** Whether a failure is worth another attempt; all are when absent. */
  readonly shouldRetry?: (error: unknown) => boolean
}

/**
 * What `fn` gives at its first success; `fn` gets the number of the attempt, from 1.
 *
 * @throws the last failure, or the signal's reason.
 */
export async function retry<T>(fn: (attempt: number) => T | Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, factor = 1, jitter = 0, signal, shouldRetry = () => true } = options
  let pauseMs = options.delayMs
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await fn(attempt)
    } catch (error) {
      if (attempt >= attempts || !shouldRetry(error)) throw error
    }
    await delay(pauseMs * (1 - jitter * Math.random()), signal)
    pauseMs *= factor
  }
}
