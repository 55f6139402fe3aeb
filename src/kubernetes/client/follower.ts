// SPDX-License-Identifier: Apache-2.0

import { delay, describeError } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import { parseObjectMeta } from '../resources/object-meta.ts'
import type { KubernetesObject, ObjectMeta } from '../resources/object-meta.ts'
import type { Resource } from '../resources/resource.ts'
import { ApiError } from './api-error.ts'
import { Backoff } from './backoff.ts'
import type { BackoffOptions } from './backoff.ts'
import type { KubernetesClient } from './client.ts'
import type { Selection } from './list.ts'
import type { WatchEvent } from './watch.ts'

/** Takes what a {@link Follower} sees. */
interface FollowerSink<T> {
  /** These, and no others, are there. */
  replace(objects: readonly T[]): void
  put(object: T): void
  /** This one is gone, or cannot be read any more. */
  remove(metadata: ObjectMeta): void
}

/** What is followed, and how. */
export interface FollowerOptions<T extends KubernetesObject> {
  readonly client: KubernetesClient
  readonly resource: Resource<T>
  readonly selection: Selection
  readonly sink: FollowerSink<T>
  readonly log: Log
  readonly idleTimeoutMs?: number | undefined
  readonly backoff?: BackoffOptions | undefined
}

const listTimeoutMs = 60_000
// Servers end watches by themselves, at times that differ so that clients do not all come back at once (client-go).
const watchSeconds = { least: 300, most: 600 }
// A watch that ends sooner than this without an event is not worth opening another at once.
const shortWatchMs = 1000
const sayAgainAfterMs = 300_000

/**
 * Follows the objects of one kind: list, then watch from there, over and over until the signal says stop. A broken
 * watch goes on from the last version seen. When that is too old for the server, the list is read again, from the
 * store and not from a cache that may be older than what was seen already.
 */
export class Follower<T extends KubernetesObject> {
  readonly #options: FollowerOptions<T>
  readonly #backoff: Backoff
  readonly #counts = { lists: 0, watches: 0, failures: 0 }
  // Where the next list comes from; undefined while a watch can go on without one.
  #listFrom: 'cache' | 'store' | undefined = 'cache'
  #version = ''
  #watching = false
  #lastError: unknown
  #said = { text: '', at: 0 }

  constructor(options: FollowerOptions<T>) {
    this.#options = options
    this.#backoff = new Backoff(options.backoff)
  }

  /** How it fares. */
  get state(): FollowerState {
    return {
      ...this.#counts,
      watching: this.#watching,
      lastError: this.#watching ? undefined : this.#lastError,
    }
  }

  /** Ends when the signal is aborted, and never fails. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#listFrom !== undefined) await this.#list(this.#listFrom, signal)
        await this.#watch(signal)
      } catch (error) {
        if (signal.aborted) return
        await this.#pause(error, signal)
      }
    }
  }

  async #list(from: 'cache' | 'store', signal: AbortSignal): Promise<void> {
    const { client, resource, selection, sink } = this.#options
    const { items, resourceVersion } = await client.list(resource, {
      ...selection,
      resourceVersion: from === 'cache' ? '0' : undefined,
      timeoutMs: listTimeoutMs,
      signal,
      onInvalid: (error, object) => this.#reportInvalid(error, object),
    })
    this.#version = resourceVersion
    this.#listFrom = undefined
    this.#counts.lists++
    sink.replace(items)
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const startedAt = performance.now()
    let seen = 0
    try {
      for await (const event of this.#open(signal)) {
        seen++
        this.#apply(event)
      }
    } finally {
      this.#watching = false
    }
    if (seen === 0 && performance.now() - startedAt < shortWatchMs) {
      throw new Error('the server ended the watch at once')
    }
  }

  #open(signal: AbortSignal): AsyncGenerator<WatchEvent<T>, void> {
    const { client, resource, selection, sink, idleTimeoutMs } = this.#options
    const span = watchSeconds.most - watchSeconds.least
    return client.watch(resource, {
      ...selection,
      resourceVersion: this.#version,
      timeoutSeconds: Math.round(watchSeconds.least + Math.random() * span),
      idleTimeoutMs,
      signal,
      onOpen: () => this.#noteOpen(),
      onInvalid: (error, object) => {
        this.#reportInvalid(error, object)
        sink.remove(parseObjectMeta(object))
      },
    })
  }

  #apply(event: WatchEvent<T>): void {
    const { sink } = this.#options
    if (event.type === 'DELETED') sink.remove(event.object.metadata)
    else if (event.type !== 'BOOKMARK') sink.put(event.object)
    if (event.resourceVersion !== '') this.#version = event.resourceVersion
  }

  #noteOpen(): void {
    this.#watching = true
    this.#counts.watches++
    if (this.#lastError === undefined) return
    this.#lastError = undefined
    this.#said = { text: '', at: 0 }
    this.#options.log.info({}, 'Following the API again')
  }

  async #pause(failure: unknown, signal: AbortSignal): Promise<void> {
    const retryInMs = Math.round(this.#backoff.next())
    this.#counts.failures++
    this.#lastError = failure
    if (this.#version !== '' && !mayGoOn(failure)) this.#listFrom = 'store'
    this.#report(failure, retryInMs)
    await delay(retryInMs, signal).catch(() => undefined) // Aborted: the loop ends by itself.
  }

  // The same failure every few seconds for hours would bury the rest of the log.
  #report(error: unknown, retryInMs: number): void {
    const text = describeError(error)
    const now = performance.now()
    const level = text === this.#said.text && now - this.#said.at < sayAgainAfterMs ? 'debug' : 'warn'
    if (level === 'warn') this.#said = { text, at: now }
    this.#options.log[level]({ error, retryInMs }, 'Cannot follow the API; trying again')
  }

  #reportInvalid(error: Error, object: JsonObject): void {
    const { namespace, name } = parseObjectMeta(object)
    this.#options.log.warn(
      { error, namespace, name },
      'Cannot read an object of the API; it counts as absent',
    )
  }
}

/** How a follower fares, for readiness and metrics. */
export interface FollowerState {
  /** Whether a watch is open at this moment. */
  readonly watching: boolean
  /** How many lists were read, watches were opened, and attempts failed. */
  readonly lists: number
  readonly watches: number
  readonly failures: number
  /** Why no watch is open; undefined while one is, or before the first attempt ended. */
  readonly lastError: unknown
}

// Whether the version that was seen last is still good to watch from: the failure says nothing against it. A version
// of the future is what a server says that was set up anew, or restored; its answer is a timeout by status.
function mayGoOn(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true
  if (error.detail.includes('Too large resource version')) return false
  return error.transient || error.id === 'kubernetes/unauthorized' || error.id === 'kubernetes/forbidden'
}
