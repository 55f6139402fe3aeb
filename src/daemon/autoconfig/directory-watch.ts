// SPDX-License-Identifier: Apache-2.0

import { DirectoryEvents } from '../../base/index.ts'

/**
 * Wakes a loop when something happens in directories. The events only make it quick: where there are none, the loop's own
 * timer does the work. Hidden files wake nobody: they are what a file is written to before it gets its name, here too,
 * and with a full disk never gets it.
 */
export class DirectoryWatch implements Disposable {
  readonly #events: DirectoryEvents
  #hasChanged = false
  #isDisposed = false
  #wake: (() => void) | undefined

  constructor(directories: readonly string[]) {
    this.#events = new DirectoryEvents(directories, (name) => {
      if (!name?.startsWith('.')) this.#note()
    })
  }

  /** Ends at the first change since it ended last, after `timeoutMs` at the latest, and when the watch is disposed of. */
  async changed(timeoutMs: number): Promise<void> {
    if (this.#isDisposed) return
    this.#events.open()
    if (!this.#hasChanged) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs).unref()
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#hasChanged = false
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    this.#events[Symbol.dispose]()
    this.#note()
  }

  #note(): void {
    this.#hasChanged = true
    this.#wake?.()
  }
}
