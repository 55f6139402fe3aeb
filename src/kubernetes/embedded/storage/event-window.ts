// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'

/** One change of a collection. */
export interface StoreEvent {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** `namespace/name`; the namespace is empty for cluster-scoped objects. */
  readonly key: string
  /** The object after the change; of a deletion, its last state with the revision of the deletion. */
  readonly object: JsonObject
  /** The object before the change; absent when it was created. */
  readonly previous?: JsonObject | undefined
}

/**
 * The latest changes of one collection, up to a bound. What falls out of it is compacted: a watch that would need it
 * is told to list again.
 */
export class EventWindow {
  readonly #events: StoreEvent[] = []
  readonly #limit: number
  #compactedTo: number

  /** @param compactedTo revision before which nothing is known, as the window starts empty there */
  constructor(limit: number, compactedTo: number) {
    this.#limit = limit
    this.#compactedTo = compactedTo
  }

  add(event: StoreEvent): void {
    this.#events.push(event)
    // Cut in halves, so that a full window does not move its whole content at each change.
    if (this.#events.length > this.#limit * 2) this.compact(this.#limit)
  }

  /** Forgets all but the latest `keep` changes. */
  compact(keep: number): void {
    const gone = this.#events.splice(0, Math.max(0, this.#events.length - keep))
    this.#compactedTo = gone.at(-1)?.revision ?? this.#compactedTo
  }

  /** The changes after a revision, oldest first; undefined when some of them are forgotten. */
  since(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#compactedTo) return undefined
    const first = this.#events.findIndex((event) => event.revision > revision)
    return first === -1 ? [] : this.#events.slice(first)
  }
}
