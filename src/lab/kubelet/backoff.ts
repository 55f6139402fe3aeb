// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../base/index.ts'

const firstMs = 500
const longestMs = 20_000

/** Growing pauses between attempts at the same thing. */
export class Backoff {
  #nextMs = firstMs

  /** Waits; each call twice as long as the last one, up to a bound. @throws the signal's reason */
  async pause(signal?: AbortSignal): Promise<void> {
    const pauseMs = this.#nextMs
    this.#nextMs = Math.min(longestMs, pauseMs * 2)
    await delay(pauseMs, signal)
  }
}
