// SPDX-License-Identifier: Apache-2.0

/** The figures of a {@link Backoff}, and where chance and time come from. */
export interface BackoffOptions {
  /** @default 800 */
  readonly firstMs?: number | undefined
  /** @default 30000 */
  readonly maxMs?: number | undefined
  /** A pause between failures that is longer than this starts over. @default 120000 */
  readonly forgetAfterMs?: number | undefined
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined
  /** In ms. */
  readonly now?: (() => number) | undefined
}

/**
 * How long to wait after each failure in a row: 0.8 s, doubled each time, at most 30 s, each stretched by chance up to
 * the double so that the nodes of a cluster do not come back at the same moment. The figures are client-go's.
 */
export class Backoff {
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #forgetAfterMs: number
  readonly #random: () => number
  readonly #now: () => number
  #failures = 0
  #lastAt = -Infinity

  constructor(options: BackoffOptions = {}) {
    this.#firstMs = options.firstMs ?? 800
    this.#maxMs = options.maxMs ?? 30_000
    this.#forgetAfterMs = options.forgetAfterMs ?? 120_000
    this.#random = options.random ?? Math.random
    this.#now = options.now ?? (() => performance.now())
  }

  /** How long to wait after this failure. */
  next(): number {
    const now = this.#now()
    if (now - this.#lastAt > this.#forgetAfterMs) this.#failures = 0
    const pauseMs = this.#firstMs * 2 ** Math.min(this.#failures, 30) * (1 + this.#random())
    this.#failures++
    const boundedMs = Math.min(pauseMs, this.#maxMs)
    this.#lastAt = now + boundedMs
    return boundedMs
  }
}
