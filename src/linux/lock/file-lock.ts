// SPDX-License-Identifier: Apache-2.0

import { closeSync, constants, openSync } from 'node:fs'
import { delay, KeyedMutex, PlaitError } from '../../base/index.ts'
import { tryFlock } from '../sys/libc.ts'

/** How to take a lock. */
export interface FileLockOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** When given, a missing file is made with this mode; otherwise it has to exist. */
  readonly create?: { readonly mode: number } | undefined
}

const firstPauseMs = 1
const longestPauseMs = 50

// Callers of this process queue here, so that only one of them at a time asks the kernel again and again.
const queues = new KeyedMutex()

/**
 * An exclusive flock(2) on a file or directory, held until disposed of. It excludes other processes that
 * use flock as well, such as the Go plugins, and other callers in this process.
 */
export class FileLock implements Disposable {
  readonly path: string
  #release: (() => void) | undefined

  private constructor(path: string, release: () => void) {
    this.path = path
    this.#release = release
  }

  /**
   * Waits for the lock without blocking the thread.
   *
   * @throws PlaitError `system/lock-timeout`; the signal's reason; the error of open(2).
   */
  static async acquire(path: string, { timeoutMs, signal, create }: FileLockOptions): Promise<FileLock> {
    // Mostly the lock is free. Who has to queue in this process needs more: a signal that ends the wait.
    const late = queues.isHeld(path) ? AbortSignal.timeout(timeoutMs) : undefined
    const stop =
      late === undefined || signal === undefined ? (late ?? signal) : AbortSignal.any([signal, late])
    const acquired = Promise.withResolvers<FileLock>()
    const turn = queues.run(
      path,
      async () => {
        const fd = await lock(path, { timeoutMs, signal: stop, create })
        const released = Promise.withResolvers<void>()
        acquired.resolve(new FileLock(path, () => (closeSync(fd), released.resolve())))
        await released.promise
      },
      { signal: stop },
    )
    turn.catch((error: unknown) => {
      const isLate = late?.aborted === true && signal?.aborted !== true
      acquired.reject(isLate ? timeoutError(path, timeoutMs) : error)
    })
    return acquired.promise
  }

  [Symbol.dispose](): void {
    this.#release?.()
    this.#release = undefined
  }
}

async function lock(path: string, { timeoutMs, signal, create }: FileLockOptions): Promise<number> {
  const fd =
    create === undefined
      ? openSync(path, constants.O_RDONLY)
      : openSync(path, constants.O_RDWR | constants.O_CREAT, create.mode)
  try {
    const deadline = performance.now() + timeoutMs
    for (let pauseMs = firstPauseMs; !tryFlock(fd); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      if (performance.now() >= deadline) throw timeoutError(path, timeoutMs)
      await delay(pauseMs, signal)
    }
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function timeoutError(path: string, timeoutMs: number): PlaitError {
  const message = `Cannot lock ${path}: another process has held it for ${timeoutMs} ms; see "lslocks" for which one`
  return new PlaitError('system/lock-timeout', message)
}
