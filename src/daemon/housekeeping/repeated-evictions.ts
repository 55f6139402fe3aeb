// SPDX-License-Identifier: Apache-2.0

import type { UnattachedPod } from '../../multus/index.ts'

/** What was evicted of one controller. */
interface Past {
  /** When one was evicted last. */
  readonly lastMs: number
  /** UIDs of the pods that were there at the first eviction, or at the last repeated one: others have come since. */
  readonly present: ReadonlySet<string>
  /** How many were evicted that had come since. */
  readonly repeats: number
}

const [firstPauseMs, longestPauseMs] = [60_000, 3_600_000]
const mostControllers = 256

/**
 * Knows the pods that came in place of evicted ones and lack their networks again, because the runtime still does not
 * call us: another eviction is not going to help at once, so that each is put off twice as long as the one before.
 */
export class RepeatedEvictions {
  readonly #past = new Map<string | undefined, Past>()

  /** To be told of a pod that is evicted, and of the UIDs of all that are there. */
  note({ uid, controller }: UnattachedPod, present: ReadonlySet<string>, nowMs: number): void {
    const past = this.#past.get(controller) ?? { present, repeats: 0 }
    const next = past.present.has(uid) ? past : { present, repeats: past.repeats + 1 }
    this.#past.delete(controller)
    this.#past.set(controller, { ...next, lastMs: nowMs })
    const [oldest] = this.#past.keys()
    if (this.#past.size > mostControllers) this.#past.delete(oldest)
  }

  /** From when on a pod may be evicted, as far as those before it are concerned. */
  dueMs({ uid, controller }: UnattachedPod): number {
    const past = this.#past.get(controller)
    if (past === undefined || past.present.has(uid)) return -Infinity
    return past.lastMs + Math.min(firstPauseMs * 2 ** past.repeats, longestPauseMs)
  }
}
