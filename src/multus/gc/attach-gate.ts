// SPDX-License-Identifier: Apache-2.0

import { toError, UnderWay } from '../../base/index.ts'

/** An attachment that is being made, or was made a moment ago. */
export interface RecentAttachment {
  readonly containerId: string
  readonly ifName: string
  /** The only network, when the file of the pod does not name it. */
  readonly networkName?: string
}

interface Entry extends RecentAttachment {
  /** Until when it counts as recent, on the clock of `performance`. */
  until: number
}

/**
 * Keeps ADD and GC apart, which the CNI specification leaves to the runtime and runtimes do not do: a plugin's GC frees
 * whatever is not on its list, also what an ADD reserved after the list was made. ADDs run side by side and keep no GC
 * waiting; while lists are made and handed to plugins, no further ADD begins.
 */
export class AttachGate {
  readonly #graceMs: number
  readonly #entries = new Set<Entry>()
  readonly #releases = new UnderWay()
  #collection: Promise<void> | undefined

  /** @param graceMs how long an attachment stays recent after its ADD ended. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  /**
   * What `work`, an ADD, gives, once no GC is in its way. From when it starts it is among the recent ones.
   *
   * @throws what `work` throws; the signal's reason when aborted while waiting.
   */
  async attach<T>(attachment: RecentAttachment, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#untilOpen(signal)
    this.#dropOld()
    const entry = { ...attachment, until: Infinity }
    this.#entries.add(entry)
    try {
      const result = await work()
      entry.until = performance.now() + this.#graceMs
      return result
    } catch (error) {
      this.#entries.delete(entry)
      throw error
    }
  }

  /** What `work`, the part of a GC that tells plugins what stays, gives; no ADD begins meanwhile. */
  async collect<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#untilOpen(signal)
    const ended = Promise.withResolvers<void>()
    this.#collection = ended.promise
    try {
      return await work()
    } finally {
      this.#collection = undefined
      ended.resolve()
    }
  }

  /** What `work`, a DEL, gives; it waits for nothing. */
  async release<T>(containerId: string, work: () => Promise<T>): Promise<T> {
    return this.#releases.run(containerId, work)
  }

  /** Whether an ADD of a container runs or ended a moment ago, or a DEL of it runs. */
  isBusy(containerId: string): boolean {
    return (
      this.#releases.has(containerId) || this.recent().some((recent) => recent.containerId === containerId)
    )
  }

  /** The ADDs that run, and those that ended within the grace time. */
  recent(): readonly RecentAttachment[] {
    this.#dropOld()
    return [...this.#entries]
  }

  /** To be told of a DEL: what has been released is in use no longer. */
  forget(containerId: string): void {
    for (const entry of this.#entries) {
      if (entry.containerId === containerId && entry.until !== Infinity) this.#entries.delete(entry)
    }
  }

  #dropOld(): void {
    const now = performance.now()
    for (const entry of this.#entries) if (entry.until <= now) this.#entries.delete(entry)
  }

  async #untilOpen(signal: AbortSignal | undefined): Promise<void> {
    while (this.#collection !== undefined) await orAborted(this.#collection, signal)
  }
}

async function orAborted(wait: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(toError(signal?.reason))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([wait, aborted.promise])
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
