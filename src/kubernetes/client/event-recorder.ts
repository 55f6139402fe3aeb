// SPDX-License-Identifier: Apache-2.0

import { retry, silentLog, waitFor } from '../../base/index.ts'
import type { Log, Lull } from '../../base/index.ts'
import { events } from '../resources/event.ts'
import { ApiError } from './api-error.ts'
import type { KubernetesClient } from './client.ts'
import { eventBody, formatEventName, formatTime, shortMessage } from './event-body.ts'
import type { EventContent } from './event-body.ts'

/** Who tells, and within which bounds. */
export interface EventRecorderOptions {
  /** @default `multus`, which tools look for */
  readonly component?: string | undefined
  /** The node. */
  readonly host?: string | undefined
  readonly log?: Log | undefined
  /** Tells when more urgent work is under way: events stand back for it, ten seconds at most. */
  readonly lull?: Lull | undefined
  /** How many different events may wait; one more is dropped. @default 1000 */
  readonly maxWaiting?: number | undefined
  /** Pause after the first failure of a post that may succeed later; doubled after each. @default 1000 */
  readonly retryDelayMs?: number | undefined
  /** How long disposing of the recorder waits for events to be posted. @default 0 */
  readonly drainMs?: number | undefined
}

interface Waiting {
  readonly content: EventContent
  readonly sinceMs: number
  count: number
}

interface Posted {
  readonly name: string
  readonly namespace: string
  readonly at: number
  count: number
}

const attempts = 4
const maxRemembered = 512
const sameWithinMs = 600_000
const postTimeoutMs = 10_000
const standBackMs = 10_000

/**
 * Posts core/v1 events in the background, one after the other: it never holds a caller up and never fails it. Equal
 * events within ten minutes raise the count of the first one. What could not be posted is said in the log.
 */
export class EventRecorder implements AsyncDisposable {
  readonly #client: KubernetesClient
  readonly #log: Log
  readonly #options: EventRecorderOptions
  readonly #waiting = new Map<string, Waiting>()
  readonly #posted = new Map<string, Posted>()
  /** Aborted as soon as it is to end: there is no more time to stand back. */
  readonly #hurry = new AbortController()
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #lastNanoseconds = 0n
  #dropped = 0

  constructor(client: KubernetesClient, options: EventRecorderOptions = {}) {
    this.#client = client
    this.#log = options.log ?? silentLog
    this.#options = options
  }

  /** How many events got lost so far: too many waited, or the API did not take them. */
  get dropped(): number {
    return this.#dropped
  }

  /** Queues an event and returns at once. */
  post(given: EventContent): void {
    if (this.#stop.signal.aborted) return
    // Kept for minutes, up to 1500 of them, and pods can make their messages as long as an annotation.
    const content = { ...given, message: shortMessage(given.message) }
    const { object, type, reason, message } = content
    const key = JSON.stringify([object.uid, object.namespace, object.name, type, reason, message])
    const maxWaiting = this.#options.maxWaiting ?? 1000
    const same = this.#waiting.get(key)
    if (same !== undefined) same.count++
    else if (this.#waiting.size >= maxWaiting)
      this.#drop(content, new Error(`${maxWaiting} are waiting already`))
    else this.#waiting.set(key, { content, sinceMs: performance.now(), count: 1 })
    this.#running ??= this.#work()
  }

  /**
   * Ends when nothing waits any more: for one who is about to exit.
   *
   * @throws TimeoutError
   */
  async flush({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    await waitFor(() => this.#running === undefined, { timeoutMs, what: 'the events to be posted' })
  }

  /** Stops posting; what waits is dropped, once it had its `drainMs`. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { drainMs = 0 } = this.#options
    this.#hurry.abort()
    if (drainMs > 0) await this.flush({ timeoutMs: drainMs }).catch(() => undefined) // Told of below.
    this.#stop.abort()
    const left = this.#waiting.size
    this.#dropped += left
    if (left > 0) this.#log.warn({ count: left }, 'Cannot post the last events: the time for it is over')
    this.#waiting.clear()
    await this.#running
  }

  async #work(): Promise<void> {
    for (const [key, waiting] of this.#waiting) {
      if (this.#options.lull) await this.#standBack(waiting, this.#options.lull)
      this.#waiting.delete(key)
      const { content, count } = waiting
      try {
        await this.#tell(key, content, count)
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#drop(content, error)
      }
    }
    this.#running = undefined
  }

  async #standBack({ sinceMs }: Waiting, lull: Lull): Promise<void> {
    const maxMs = sinceMs + standBackMs - performance.now()
    if (maxMs > 0) await lull.wait({ maxMs, signal: this.#hurry.signal }).catch(() => undefined)
  }

  #drop({ object, reason, message }: EventContent, error: unknown): void {
    this.#dropped++
    const { namespace, name } = object
    this.#log.warn({ error, namespace, name, reason, message }, 'Cannot post an event')
  }

  async #tell(key: string, content: EventContent, count: number): Promise<void> {
    const before = this.#posted.get(key)
    if (before !== undefined && performance.now() - before.at < sameWithinMs) {
      before.count += count
      if (await this.#raise(before)) return
    }
    const posted = await this.#create(content, count)
    this.#posted.delete(key)
    this.#posted.set(key, posted)
    const [oldest] = this.#posted.keys()
    if (this.#posted.size > maxRemembered && oldest !== undefined) this.#posted.delete(oldest)
  }

  // False when the event is gone: the API keeps events for an hour, and people delete them.
  async #raise({ name, namespace, count }: Posted): Promise<boolean> {
    const patch = { count, lastTimestamp: formatTime(new Date()) }
    try {
      await this.#retrying(async () =>
        this.#client.patch(events, this.#ref(namespace, name), patch, { type: 'merge' }),
      )
      return true
    } catch (error) {
      if (error instanceof ApiError && error.id === 'kubernetes/not-found') return false
      throw error
    }
  }

  async #create(content: EventContent, count: number): Promise<Posted> {
    const { component = 'multus', host = '' } = this.#options
    const name = formatEventName(content.object.name, this.#nanoseconds())
    const body = eventBody(content, { name, count, component, host, at: new Date() })
    const namespace = content.object.namespace === '' ? 'default' : content.object.namespace
    const { timeoutMs, signal } = this.#ref(namespace, name)
    try {
      await this.#retrying(async () => this.#client.create(events, body, { timeoutMs, signal }))
    } catch (error) {
      // The name is ours alone: an attempt whose answer was lost has created it.
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error
    }
    return { name, namespace, at: performance.now(), count }
  }

  #ref(namespace: string, name: string) {
    return { namespace, name, timeoutMs: postTimeoutMs, signal: this.#stop.signal }
  }

  async #retrying<T>(attempt: () => Promise<T>): Promise<T> {
    return retry(attempt, {
      attempts,
      delayMs: this.#options.retryDelayMs ?? 1000,
      factor: 2,
      jitter: 0.5,
      signal: this.#stop.signal,
      shouldRetry: (error) => error instanceof ApiError && error.transient,
    })
  }

  // Two events of the same instant must not get the same name.
  #nanoseconds(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n
    this.#lastNanoseconds = now > this.#lastNanoseconds ? now : this.#lastNanoseconds + 1n
    return this.#lastNanoseconds
  }
}
