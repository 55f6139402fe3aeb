// SPDX-License-Identifier: Apache-2.0

import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'

/**
 * Wakes a loop when something happens in directories. inotify only makes it quick: where it is not to be had (its
 * limit is reached, the directory is not there yet or was replaced), the loop's own timer does the work. Hidden files
 * wake nobody: they are what a file is written to before it gets its name, here too, and with a full disk never gets it.
 */
export class DirectoryWatch implements Disposable {
  readonly #directories: ReadonlySet<string>
  readonly #watchers = new Map<string, FSWatcher>()
  #hasChanged = false
  #isDisposed = false
  #wake: (() => void) | undefined

  constructor(directories: readonly string[]) {
    this.#directories = new Set(directories)
  }

  /** Ends at the first change since it ended last, after `timeoutMs` at the latest, and when the watch is disposed of. */
  async changed(timeoutMs: number): Promise<void> {
    this.#open()
    if (!this.#hasChanged && !this.#isDisposed) {
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
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
    this.#note()
  }

  #note(): void {
    this.#hasChanged = true
    this.#wake?.()
  }

  #open(): void {
    if (this.#isDisposed) return
    for (const directory of this.#directories) {
      if (this.#watchers.has(directory)) continue
      try {
        const watcher = watch(directory, { persistent: false }, (_event, name) => {
          if (!name?.startsWith('.')) this.#note()
        })
        this.#watchers.set(directory, watcher)
        watcher.on('error', () => this.#forget(directory, watcher))
      } catch {
        // Tried again at the next turn; until then the timer has to do.
      }
    }
  }

  #forget(directory: string, watcher: FSWatcher): void {
    watcher.close()
    this.#watchers.delete(directory)
  }
}
