// SPDX-License-Identifier: Apache-2.0

import { objectField, stringField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'

const lifetimeMs = 60 * 60 * 1000
const intervalMs = 60 * 1000

/** Forgets events after an hour, as the real server does, so that they do not pile up. */
export class EventExpiry implements Disposable {
  readonly #timer: NodeJS.Timeout

  constructor(cluster: Cluster) {
    this.#timer = setInterval(() => expireEvents(cluster), intervalMs)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

/** Removes the events that were written more than an hour ago. */
export function expireEvents({ store, now }: Cluster): void {
  const oldest = now().getTime() - lifetimeMs
  for (const event of store.list('events')) {
    const time =
      stringField(event, 'lastTimestamp') ?? stringField(objectField(event, 'metadata'), 'creationTimestamp')
    if (time !== undefined && Date.parse(time) < oldest) store.remove('events', event)
  }
}
