// SPDX-License-Identifier: Apache-2.0

import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { basename } from 'node:path'

/**
 * Tells of changes in directories, as far as it can: inotify is missing or exhausted on some nodes, and a directory may
 * come later or be replaced. Whoever uses it looks there now and then anyhow.
 */
export class DirectoryEvents implements Disposable {
  readonly #directories: ReadonlySet<string>
  readonly #onChange: (name: string | null) => void
  readonly #watchers = new Map<string, FSWatcher>()

  /** @param onChange is told the name of a file, where the system tells it. */
  constructor(directories: readonly string[], onChange: (name: string | null) => void) {
    this.#directories = new Set(directories)
    this.#onChange = onChange
  }

  /** Begins with the directories that are not watched, or not any more; to be called at each look. */
  open(): void {
    for (const directory of this.#directories) if (!this.#watchers.has(directory)) this.#watch(directory)
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, (event, name) => {
        // Its own name: it was removed or moved away, and this watcher sees nothing of the next one (inotify(7)).
        if (event === 'rename' && name === basename(directory)) this.#forget(directory, watcher)
        this.#onChange(name)
      })
      this.#watchers.set(directory, watcher)
      watcher.on('error', () => this.#forget(directory, watcher))
    } catch {
      // Tried again at the next look.
    }
  }

  #forget(directory: string, watcher: FSWatcher): void {
    watcher.close()
    if (this.#watchers.get(directory) === watcher) this.#watchers.delete(directory)
  }
}
