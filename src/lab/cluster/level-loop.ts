// SPDX-License-Identifier: Apache-2.0

import { delay, type Log } from '../../base/index.ts'

const failurePauseMs = 200

/**
 * Runs a piece of work again after each change, never twice at once: changes that come meanwhile are answered by one
 * more run. Work that fails is logged and runs again after a pause.
 */
export class LevelLoop {
  readonly #work: () => Promise<void>
  readonly #log: Log
  readonly #signal: AbortSignal
  #dirty = false
  #running = false

  constructor(work: () => Promise<void>, options: { readonly log: Log; readonly signal: AbortSignal }) {
    this.#work = work
    this.#log = options.log
    this.#signal = options.signal
  }

  /** Says that something changed. */
  trigger(): void {
    this.#dirty = true
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#dirty && !this.#signal.aborted) {
      this.#dirty = false
      try {
        await this.#work()
      } catch (error) {
        if (this.#signal.aborted) break
        this.#log.warn({ error }, 'a round failed, it runs again')
        this.#dirty = true
        // An abort ends the pause, and the loop with it.
        await delay(failurePauseMs, this.#signal).catch(() => undefined)
      }
    }
    this.#running = false
  }
}
