// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../errors/plait-error.ts'
import { toError } from '../errors/to-error.ts'

/** The bounds of a {@link Limiter}. */
export interface LimiterOptions {
  /** How many functions run at the same time. */
  readonly concurrency: number
  /** How many may wait; one more fails at once with `system/queue-full`. */
  readonly maxWaiting?: number
  /** What the limit protects, for error texts. */
  readonly what?: string
}

/** Runs functions, at most so many at a time, the others in the order of their arrival. */
export class Limiter {
  readonly #concurrency: number
  readonly #maxWaiting: number
  readonly #what: string
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor({ concurrency, maxWaiting = 1024, what = 'the queue' }: LimiterOptions) {
    this.#concurrency = concurrency
    this.#maxWaiting = maxWaiting
    this.#what = what
  }

  /** Whether nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0
  }

  /** How many functions run. */
  get running(): number {
    return this.#running
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * What `fn` gives, once it had its turn.
   *
   * @throws PlaitError `system/queue-full`; the signal's reason when aborted while waiting (once
   * started, `fn` has to watch the signal itself).
   */
  async run<T>(fn: () => T | Promise<T>, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<T> {
    signal?.throwIfAborted()
    if (this.#running >= this.#concurrency) await this.#waitForTurn(signal)
    else this.#running++
    try {
      return await fn()
    } finally {
      this.#release()
    }
  }

  // The one who leaves hands its place over, so that a newcomer cannot overtake.
  #release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running--
    else next()
  }

  async #waitForTurn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new PlaitError(
        'system/queue-full',
        `Cannot wait for ${this.#what}: ${this.#maxWaiting} are waiting already`,
      )
    }
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1)
        reject(toError(signal?.reason))
      }
      this.#waiting.push(start)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }
}
