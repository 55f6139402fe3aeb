// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, Lull, PlaitError, retry, TimeoutError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { Cluster, PodRef } from '../cluster.ts'

/** How long the write of a status may take, and how much of that an ADD waits for. */
export interface StatusTiming {
  /** What is still under way after this goes on behind the reply. 0 replies at once. */
  readonly waitMs: number
  /** In place of `waitMs`, as long as no write has failed since the last one that succeeded. */
  readonly trustedWaitMs?: number
  /** The write is given up after this. */
  readonly deadlineMs: number
}

/**
 * The default bounds. While the API takes statuses, no pod waits for its own: that would be most of an ADD. Once it
 * does not, pods wait a little, so that the next failure fails an ADD, which the kubelet tries again.
 */
export const statusTiming: StatusTiming = { waitMs: 500, trustedWaitMs: 0, deadlineMs: 15_000 }

const attempts = 5
const firstPause = { delayMs: 100, factor: 3 }
// How long a write behind a reply stands back for calls that run: less than a container takes to start.
const standBackMs = 250
// For a request to end that was told to.
const abortMs = 1000

/** One write of a status. */
export interface StatusWrite {
  readonly cluster: Cluster
  readonly pod: PodRef
  readonly annotation: string
  readonly timing: StatusTiming
  /** Is told of a failure that came too late for the reply. */
  readonly onLateFailure: (error: PlaitError) => void
  readonly log: Log
}

// Once the reply is out, a failure hurts nobody who could try again, so that the write itself does.
interface Progress {
  isBehindReply: boolean
  readonly giveUp: AbortController
}

/** Writes statuses, and knows which of them are still under way. */
export class StatusWriter {
  readonly #lull: Lull
  readonly #pending = new Map<Promise<void>, AbortController>()
  #lastFailed = false

  /** @param lull tells when no calls run. */
  constructor(lull = new Lull()) {
    this.#lull = lull
  }

  /**
   * Writes a status, waiting for the end of it as long as the timing says (design §2). A pod that was deleted
   * meanwhile needs none (ADD-8).
   *
   * @throws PlaitError `multus/status-failed` with upstream's text, when it failed within that time.
   */
  async write(write: StatusWrite): Promise<void> {
    const { waitMs, trustedWaitMs = waitMs } = write.timing
    const maxWaitMs = this.#lastFailed ? waitMs : trustedWaitMs
    const progress = { isBehindReply: maxWaitMs <= 0, giveUp: new AbortController() }
    const writing = this.#write(write, progress)
    if (await settledWithin(writing, maxWaitMs)) return writing
    progress.isBehindReply = true
    const late = writing.catch((error: unknown) => tellLate(write, error))
    this.#pending.set(late, progress.giveUp)
    void late.finally(() => this.#pending.delete(late))
  }

  /** How many writes go on behind a reply. */
  get pending(): number {
    return this.#pending.size
  }

  /** Ends when no write is under way; what does not end within `graceMs` is given up and told as a failure. */
  async idle(graceMs = 5000): Promise<void> {
    const all = Promise.all(this.#pending.keys())
    if (await settledWithin(all, graceMs)) return
    for (const giveUp of this.#pending.values()) giveUp.abort(new Error('the process that writes it ends'))
    await settledWithin(all, abortMs)
  }

  async #write(write: StatusWrite, progress: Progress): Promise<void> {
    const { cluster, pod, annotation, timing } = write
    const { signal } = progress.giveUp
    const deadline = setTimeout(() => progress.giveUp.abort(overdue(timing)), timing.deadlineMs)
    const shouldRetry = (error: unknown): boolean => progress.isBehindReply && isTransient(error)
    try {
      // Even putting the request together would hold up the reply, and those of other pods.
      if (progress.isBehindReply) await this.#lull.wait({ maxMs: standBackMs, signal })
      await retry(
        async () => cluster.writeStatus(pod, annotation, { timeoutMs: timing.deadlineMs, signal }),
        { attempts, ...firstPause, signal, shouldRetry },
      )
      this.#lastFailed = false
    } catch (error) {
      if (errorIdOf(error) === 'kubernetes/not-found') return
      const failure = statusError(pod, error)
      this.#lastFailed ||= failure.id === 'multus/status-failed'
      throw failure
    } finally {
      clearTimeout(deadline)
    }
  }
}

function overdue({ deadlineMs }: StatusTiming): TimeoutError {
  return new TimeoutError(`the status was not written within ${deadlineMs} ms`)
}

// Nobody waits for this any more, so that a failure of those who are told would end the process.
function tellLate({ pod, onLateFailure, log }: StatusWrite, error: unknown): void {
  try {
    onLateFailure(statusError(pod, error))
  } catch (failure) {
    log.error({ error: failure }, 'failure of a network status could not be told')
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof ApiError && error.transient
}

async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  if (ms <= 0) return false
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), ms)
  const settled = promise.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([settled, late])
  } finally {
    clearTimeout(timer)
  }
}

function statusError(pod: PodRef, error: unknown): PlaitError {
  if (error instanceof PlaitError && error.id === 'multus/status-failed') return error
  const isReplaced = errorIdOf(error) === 'kubernetes/object-replaced'
  const detail = error instanceof ApiError ? error.detail : describeError(error)
  const update = isReplaced
    ? detail
    : `failed to update the pod ${pod.name} in out of cluster comm: status update failed for pod ${pod.namespace}/${pod.name}: ${detail}`
  return new PlaitError(
    isReplaced ? 'multus/pod-replaced' : 'multus/status-failed',
    `error setting the networks status: SetPodNetworkStatusAnnotation: failed to update the pod ${pod.name} in out of cluster comm: SetNetworkStatus: ${update}`,
  )
}
