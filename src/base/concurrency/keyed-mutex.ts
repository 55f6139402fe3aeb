// SPDX-License-Identifier: Apache-2.0

import { Limiter } from './limiter.ts'

/** Runs functions of the same key one after the other, those of different keys side by side. */
export class KeyedMutex {
  readonly #maxWaiting: number
  readonly #limiters = new Map<string, Limiter>()

  /** @param options maxWaiting: how many may wait for one key, 1024 when absent. */
  constructor({ maxWaiting = 1024 }: { maxWaiting?: number } = {}) {
    this.#maxWaiting = maxWaiting
  }

  /** What `fn` gives, once no other function of this key runs; fails as {@link Limiter.run} does. */
  async run<T>(
    key: string,
    fn: () => T | Promise<T>,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    let limiter = this.#limiters.get(key)
    if (limiter === undefined) {
      limiter = new Limiter({ concurrency: 1, maxWaiting: this.#maxWaiting, what: key })
      this.#limiters.set(key, limiter)
    }
    try {
      return await limiter.run(fn, options)
    } finally {
      if (limiter.isIdle && this.#limiters.get(key) === limiter) this.#limiters.delete(key)
    }
  }

  /** Whether a function of this key runs or waits. */
  isHeld(key: string): boolean {
    return this.#limiters.has(key)
  }

  /** How many keys are held or waited for. */
  get size(): number {
    return this.#limiters.size
  }
}
