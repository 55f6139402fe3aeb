// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync, statSync } from 'node:fs'
import { errorIdOf } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { FileLock } from '../../linux/index.ts'
import { socketOwned } from './socket-errors.ts'

/** How to become the owner. */
export interface OwnerOptions {
  /** Path of the socket, for texts. */
  readonly path: string
  /** How long to wait for a daemon that answers there and is not stopping. */
  readonly waitMs: number
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}

/**
 * The right to put the socket into its directory, which one daemon at a time has: flock(2) on the directory. A daemon
 * gives it back as soon as it begins to stop, and the kernel takes it from one that died, so that to have it means that
 * no other daemon takes calls.
 */
export class SocketOwner {
  readonly #directory: string
  #lock: FileLock | undefined

  private constructor(directory: string, lock: FileLock) {
    this.#directory = directory
    this.#lock = lock
  }

  /** Waits for its turn. @throws PlaitError `daemon/socket-owned`; the signal's reason */
  static async become(directory: string, options: OwnerOptions): Promise<SocketOwner> {
    const { path, waitMs, log, signal } = options
    const free = await tryLock(directory)
    if (free !== undefined) return new SocketOwner(directory, free)
    log.warn(
      { socket: path, holder: holderOf(directory) },
      'another daemon has the socket: waiting for its end',
    )
    const lock = await tryLock(directory, { timeoutMs: waitMs, signal })
    if (lock === undefined) throw socketOwned(path, holderOf(directory), waitMs)
    return new SocketOwner(directory, lock)
  }

  /** Lets a successor take over. */
  release(): void {
    this.#lock?.[Symbol.dispose]()
    this.#lock = undefined
  }

  /** Runs `step` as the owner, for the last time; not at all when a successor is the owner. */
  async unlessSucceeded(step: () => void): Promise<void> {
    if (existsSync(this.#directory)) this.#lock ??= await tryLock(this.#directory)
    if (this.#lock === undefined) return
    try {
      step()
    } finally {
      this.release()
    }
  }
}

async function tryLock(
  directory: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined } = { timeoutMs: 0 },
): Promise<FileLock | undefined> {
  try {
    return await FileLock.acquire(directory, { timeoutMs, signal })
  } catch (error) {
    if (errorIdOf(error) === 'system/lock-timeout') return undefined
    throw error
  }
}

/** Who holds the lock, as proc_locks(5) tells it: nothing of processes outside the own process namespace. */
function holderOf(directory: string): string {
  const { ino } = statSync(directory, { bigint: true })
  const held = new RegExp(`^\\d+: FLOCK +ADVISORY +WRITE (\\d+) \\S+:${ino} `, 'm')
  const [, pid] = held.exec(readFileSync('/proc/locks', 'utf8')) ?? []
  return pid === undefined ? 'a daemon of another pod' : `the daemon with process id ${pid}`
}
