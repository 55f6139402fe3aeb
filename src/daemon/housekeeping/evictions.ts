// SPDX-License-Identifier: Apache-2.0

import type { UnattachedPod } from '../../multus/index.ts'
import { RepeatedEvictions } from './repeated-evictions.ts'

// For one that was evicted to be gone: the grace time that pods have unless they say otherwise.
const leavingMs = 30_000
const [firstPauseMs, longestPauseMs] = [5000, 300_000]

interface Pause {
  readonly ms: number
  readonly until: number
}

/**
 * Which pod may be evicted next: one at a time, and one that was refused, or came in place of an evicted one, not before
 * its pause is over.
 */
export class Evictions {
  readonly #now: () => number
  readonly #pauses = new Map<string, Pause>()
  readonly #repeated = new RepeatedEvictions()
  #leaving: { readonly uid: string; readonly until: number } | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  /** Those of the waiting pods that may be tried, the first that succeeds being the last; none while one is leaving. */
  due(waiting: readonly UnattachedPod[], present: ReadonlySet<string>): readonly UnattachedPod[] {
    const uids = new Set(waiting.map(({ uid }) => uid))
    for (const uid of this.#pauses.keys()) if (!uids.has(uid)) this.#pauses.delete(uid)
    const leaving = this.#leaving
    if (leaving && present.has(leaving.uid) && this.#now() < leaving.until) return []
    return waiting.filter((pod) => {
      const refusedUntil = this.#pauses.get(pod.uid)?.until ?? -Infinity
      return Math.max(refusedUntil, this.#repeated.dueMs(pod)) <= this.#now()
    })
  }

  /** To be told of a pod that is going to end, and of the UIDs of all that are there. */
  accepted(pod: UnattachedPod, present: ReadonlySet<string>): void {
    this.#leaving = { uid: pod.uid, until: this.#now() + leavingMs }
    this.#repeated.note(pod, present, this.#now())
  }

  /** To be told of a pod that must stay for now; milliseconds until it may be tried again, doubled each time. */
  refused({ uid }: UnattachedPod, retryAfterMs = 0): number {
    const before = this.#pauses.get(uid)
    const ms = Math.min(before ? before.ms * 2 : firstPauseMs, longestPauseMs)
    const waitMs = Math.max(ms, Math.min(retryAfterMs, longestPauseMs))
    this.#pauses.set(uid, { ms, until: this.#now() + waitMs })
    return waitMs
  }
}
