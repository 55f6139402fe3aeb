// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { PodAudit, UnattachedPod } from '../../multus/index.ts'
import { Evictions } from './evictions.ts'
import type { MissingNetworksPolicy } from './settings.ts'

/** What {@link MissingNetworks} works with. */
export interface MissingNetworksOptions {
  readonly audit: Pick<PodAudit, 'tellUnattached' | 'evict'>
  readonly policy: MissingNetworksPolicy
  readonly log: Log
  /** How long a pod has to look like this before anything is done. @default 3000 */
  readonly settleMs?: number
  /** Milliseconds of a clock that is never set. */
  readonly now?: () => number
}

/** What there is at one moment. */
export interface MissingNetworksView {
  readonly unattached: readonly UnattachedPod[]
  /** UIDs of all pods of this node. */
  readonly present: ReadonlySet<string>
  readonly signal: AbortSignal
}

// Two looks within the time that a pod has to settle, and with evictions that wait.
const [settlingMs, evictingMs] = [1000, 5000]

/** Tells of pods that were started without their networks, each once, and evicts them where that is wanted. */
export class MissingNetworks {
  readonly #options: Required<MissingNetworksOptions>
  readonly #evictions: Evictions
  readonly #since = new Map<string, number>()
  readonly #told = new Map<string, boolean>()

  constructor(options: MissingNetworksOptions) {
    const now = options.now ?? (() => performance.now())
    this.#options = { settleMs: 3000, ...options, now }
    this.#evictions = new Evictions(now)
  }

  /**
   * Does what is to be done at the moment.
   *
   * @returns after how many milliseconds to come again; Infinity when nothing waits.
   * @throws the signal's reason
   */
  async look({ unattached, present, signal }: MissingNetworksView): Promise<number> {
    const settled = this.#settled(unattached)
    for (const pod of settled) this.#tell(pod)
    const waiting = settled.filter((pod) => this.#isToBeEvicted(pod))
    if (waiting.length > 0) await this.#evict(waiting, present, signal)
    if (settled.length < unattached.length) return settlingMs
    return waiting.length > 0 ? evictingMs : Infinity
  }

  #settled(unattached: readonly UnattachedPod[]): readonly UnattachedPod[] {
    const { now, settleMs } = this.#options
    const uids = new Set(unattached.map(({ uid }) => uid))
    for (const memory of [this.#since, this.#told]) {
      for (const uid of memory.keys()) if (!uids.has(uid)) memory.delete(uid)
    }
    for (const uid of uids) if (!this.#since.has(uid)) this.#since.set(uid, now())
    return unattached.filter(({ uid }) => (this.#since.get(uid) ?? Infinity) <= now() - settleMs)
  }

  #isToBeEvicted({ obstacle }: UnattachedPod): boolean {
    return this.#options.policy === 'evict' && obstacle === undefined
  }

  // Again only when what is done about it has changed.
  #tell(pod: UnattachedPod): void {
    const isEvicted = this.#isToBeEvicted(pod)
    if (this.#told.get(pod.uid) === isEvicted) return
    this.#told.set(pod.uid, isEvicted)
    this.#options.audit.tellUnattached(pod, { isEvicted })
  }

  async #evict(
    waiting: readonly UnattachedPod[],
    present: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const pod of this.#evictions.due(waiting, present)) {
      signal.throwIfAborted()
      try {
        if (!(await this.#options.audit.evict(pod, signal))) continue
        this.#evictions.accepted(pod, present)
        this.#options.log.info(fieldsOf(pod), 'pod evicted')
        return
      } catch (error) {
        signal.throwIfAborted()
        this.#postpone(pod, error)
      }
    }
  }

  #postpone(pod: UnattachedPod, error: unknown): void {
    const { log } = this.#options
    const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : undefined
    const waitMs = this.#evictions.refused(pod, retryAfterMs)
    const fields = { ...fieldsOf(pod), waitMs, error: describeError(error) }
    if (errorIdOf(error) === 'kubernetes/busy') log.info(fields, 'eviction refused for the time being')
    else log.warn(fields, 'pod not evicted')
  }
}

function fieldsOf({ namespace, name }: UnattachedPod): object {
  return { pod: `${namespace}/${name}` }
}
