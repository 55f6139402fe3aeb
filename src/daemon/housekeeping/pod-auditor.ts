// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { PodAudit } from '../../multus/index.ts'
import type { Readiness } from '../server/readiness.ts'
import { MissingNetworks } from './missing-networks.ts'
import type { OwnPods } from './own-pods.ts'
import { Rounds } from './rounds.ts'
import type { MissingNetworksPolicy } from './settings.ts'

/** What a {@link PodAuditor} works with. */
export interface PodAuditorOptions {
  readonly audit: PodAudit
  readonly pods: OwnPods
  /** Nobody is blamed for missing networks before this node can attach pods. */
  readonly readiness: Pick<Readiness, 'problems'>
  readonly policy: MissingNetworksPolicy
  readonly log: Log
  readonly timing?: Partial<PodAuditorTiming>
}

/** When a {@link PodAuditor} looks. */
export interface PodAuditorTiming {
  /** Until pods are known and the node is ready. */
  readonly soonMs: number
  /** Between two looks otherwise. */
  readonly intervalMs: number
  /** The longest that a look may take. */
  readonly lookMs: number
  /** How long a pod has to lack its networks before anything is done. */
  readonly settleMs: number
}

const usualTiming: PodAuditorTiming = { soonMs: 1000, intervalMs: 30_000, lookMs: 60_000, settleMs: 3000 }

/**
 * Looks after the pods of this node that run: writes statuses that got lost, and finds those that were started without
 * us. One look at a time; disposing of it ends it.
 */
export class PodAuditor implements AsyncDisposable {
  readonly #options: PodAuditorOptions
  readonly #timing: PodAuditorTiming
  readonly #missing: MissingNetworks
  readonly #rounds: Rounds
  #restoreFrom = -Infinity

  private constructor(options: PodAuditorOptions) {
    this.#options = options
    this.#timing = { ...usualTiming, ...options.timing }
    this.#missing = new MissingNetworks({ ...options, settleMs: this.#timing.settleMs })
    const { soonMs, intervalMs, lookMs } = this.#timing
    this.#rounds = Rounds.start({
      firstMs: soonMs,
      roundMs: lookMs,
      round: async (signal) => Math.min(await this.#look(signal), intervalMs),
      onFailure: (error) => {
        options.log.warn({ error }, 'pods could not be looked after')
        return intervalMs
      },
    })
  }

  /** Begins to look. */
  static start(options: PodAuditorOptions): PodAuditor {
    return new PodAuditor(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]()
  }

  // Files are read for it: not as often as it is looked whether the node is ready.
  async #restore(followed: readonly Pod[], signal: AbortSignal): Promise<void> {
    if (performance.now() < this.#restoreFrom) return
    const { audit, pods, log } = this.#options
    this.#restoreFrom = performance.now() + this.#timing.intervalMs
    if (!pods.isNodeKnown) pods.learnNodeName(await audit.findNodeName(followed))
    try {
      await audit.restoreStatuses(followed, signal)
    } catch (error) {
      signal.throwIfAborted()
      log.warn({ error }, 'lost network statuses not written')
    }
  }

  /** Milliseconds until the next look. */
  async #look(signal: AbortSignal): Promise<number> {
    const { audit, pods, readiness } = this.#options
    const { soonMs, intervalMs } = this.#timing
    const followed = pods.followed()
    if (followed === undefined) return soonMs
    await this.#restore(followed, signal)
    if (readiness.problems.length > 0) return soonMs
    const own = pods.list()
    if (own === undefined) return intervalMs
    const unattached = await audit.findUnattached(own, signal)
    const present = new Set(own.map(({ metadata }) => metadata.uid))
    return this.#missing.look({ unattached, present, signal })
  }
}
