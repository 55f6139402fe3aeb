// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../base/index.ts'

/** What {@link Rounds} do, and when. */
export interface RoundsOptions {
  /** Before the first round. */
  readonly firstMs: number
  /** The longest that a round may take. */
  readonly roundMs: number
  /** One round, which the signal ends; gives the milliseconds until the next one. */
  readonly round: (signal: AbortSignal) => Promise<number>
  /** Is told of a round that has failed, and gives the same; not of one that was ended with all. */
  readonly onFailure: (error: unknown) => number
}

/** Does something again and again, one round at a time, until it is disposed of. */
export class Rounds implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  private constructor(options: RoundsOptions) {
    this.#running = this.#run(options)
  }

  /** Begins with the rounds. */
  static start(options: RoundsOptions): Rounds {
    return new Rounds(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run({ firstMs, roundMs, round, onFailure }: RoundsOptions): Promise<void> {
    const { signal } = this.#stop
    let waitMs = firstMs
    while (!signal.aborted) {
      // Aborted when they end, which is what the loop looks at.
      await delay(waitMs, signal).catch(() => undefined)
      if (signal.aborted) return
      try {
        waitMs = await round(AbortSignal.any([signal, AbortSignal.timeout(roundMs)]))
      } catch (error) {
        if (!signal.aborted) waitMs = onFailure(error)
      }
    }
  }
}
