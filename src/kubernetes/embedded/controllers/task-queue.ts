// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../../base/index.ts'
import type { Log } from '../../../base/index.ts'

/**
 * Runs small tasks after the current tick, one per key: a key that is asked for again before its task ran is not
 * queued twice. A task that fails is logged and does not stop the others.
 */
export class TaskQueue implements Disposable {
  readonly #tasks = new Map<string, () => void>()
  readonly #log: Log
  #timer: NodeJS.Immediate | undefined
  #closed = false

  constructor(log: Log) {
    this.#log = log
  }

  add(key: string, task: () => void): void {
    if (this.#closed) return
    this.#tasks.set(key, task)
    this.#timer ??= setImmediate(() => this.#run())
  }

  #run(): void {
    this.#timer = undefined
    const due = [...this.#tasks.values()]
    this.#tasks.clear()
    for (const task of due) {
      try {
        task()
      } catch (error) {
        this.#log.error({ error: describeError(error) }, 'a controller of the embedded API server failed')
      }
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#tasks.clear()
    clearImmediate(this.#timer)
  }
}
