// SPDX-License-Identifier: Apache-2.0

import { TimeoutError } from '../errors/timeout-error.ts'
import { delay } from './delay.ts'

/** What is waited for, and how long. */
export interface WaitOptions {
  readonly timeoutMs: number
  /** Pause between two looks. @default 10 */
  readonly intervalMs?: number
  readonly signal?: AbortSignal | undefined
  /** Completes "Cannot wait any longer for …". */
  readonly what: string
}

/**
 * What `check` gives once that is neither undefined nor false. It is asked at once, and a last time
 * when the deadline has come.
 *
 * @throws TimeoutError, the signal's reason, or what `check` throws.
 */
export async function waitFor<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs, intervalMs = 10, signal, what }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const leftMs = deadline - performance.now()
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (leftMs <= 0) throw new TimeoutError(`Cannot wait any longer for ${what}: ${timeoutMs} ms are over`)
    await delay(Math.min(intervalMs, leftMs), signal)
  }
}
