// SPDX-License-Identifier: Apache-2.0

import { toError } from '../errors/to-error.ts'

/** Lets what nobody waits for stand back while something is under way that somebody waits for. */
export class Lull {
  readonly #waiting = new Set<() => void>()
  #busy = 0

  /** Runs what somebody waits for. */
  async during<T>(fn: () => Promise<T>): Promise<T> {
    this.#busy++
    try {
      return await fn()
    } finally {
      if (--this.#busy === 0) for (const goOn of this.#waiting) goOn()
    }
  }

  /**
   * Ends when nothing of that runs, after `maxMs` in any case; never before other work of this turn of the event loop.
   *
   * @throws the signal's reason when it is aborted.
   */
  async wait({ maxMs, signal }: { maxMs: number; signal?: AbortSignal | undefined }): Promise<void> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, maxMs)
    // Who has just got its answer may have to send it on first.
    const goOn = (): void => void setImmediate(resolve)
    const abort = (): void => reject(toError(signal?.reason))
    this.#waiting.add(goOn)
    signal?.addEventListener('abort', abort, { once: true })
    if (this.#busy === 0) goOn()
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(goOn)
      signal?.removeEventListener('abort', abort)
    }
  }
}
