// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { Cleaning, CleaningReport } from '../../multus/index.ts'

/** When a {@link Housekeeper} cleans. */
export interface HousekeepingTiming {
  /** Between two rounds, give or take a fifth. */
  readonly intervalMs: number
  /** Before the first round, and before one that follows a round which left something; it grows while nothing changes. */
  readonly soonMs: number
  /** The longest that the start waits for the look after a boot. */
  readonly startMs: number
  /** The longest that a round may take. */
  readonly roundMs: number
}

/** Every 5 minutes; first after 10 seconds. */
const usualTiming: HousekeepingTiming = {
  intervalMs: 300_000,
  soonMs: 10_000,
  startMs: 10_000,
  roundMs: 240_000,
}

/** What a {@link Housekeeper} works with. */
export interface HousekeeperOptions {
  readonly cleaning: Cleaning
  readonly log: Log
  readonly timing?: Partial<HousekeepingTiming>
  /** Told of each round: for metrics. */
  readonly onRound?: ((report: CleaningReport) => void) | undefined
}

/** Cleans the node once when it starts and then again and again, one round at a time. Disposing of it ends it. */
export class Housekeeper implements AsyncDisposable {
  readonly #cleaning: Cleaning
  readonly #log: Log
  readonly #timing: HousekeepingTiming
  readonly #onRound: (report: CleaningReport) => void
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined

  private constructor({ cleaning, log, timing, onRound }: HousekeeperOptions) {
    this.#cleaning = cleaning
    this.#log = log
    this.#timing = { ...usualTiming, ...timing }
    this.#onRound = onRound ?? (() => undefined)
  }

  /**
   * Frees what an earlier boot left, so that the first ADDs find its addresses free, and then begins with the rounds.
   * Never fails: what could not be done is tried again in the first round.
   */
  static async start(options: HousekeeperOptions): Promise<Housekeeper> {
    const housekeeper = new Housekeeper(options)
    const { startMs } = housekeeper.#timing
    await housekeeper.#clean((signal) => housekeeper.#cleaning.afterBoot(signal), startMs)
    housekeeper.#running = housekeeper.#run()
    return housekeeper
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { intervalMs, roundMs, soonMs } = this.#timing
    let waitMs = soonMs
    while (!this.#stop.signal.aborted) {
      await this.#pause(Math.min(waitMs, intervalMs))
      if (this.#stop.signal.aborted) return
      const report = await this.#clean((signal) => this.#cleaning.round(signal), roundMs)
      waitMs = isDone(report) ? intervalMs : nextWait(waitMs, report, soonMs)
    }
  }

  // Nodes that were started together do not ask the API together.
  async #pause(ms: number): Promise<void> {
    const jittered = ms * (0.8 + 0.4 * Math.random())
    // Aborted when the housekeeper ends, which is what the loop looks at.
    await delay(jittered, this.#stop.signal).catch(() => undefined)
  }

  async #clean(
    work: (signal: AbortSignal) => Promise<CleaningReport>,
    timeoutMs: number,
  ): Promise<CleaningReport | undefined> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)])
    try {
      const report = await work(signal)
      const { released, addresses, left } = report
      if (released + addresses + left > 0) this.#log.info({ ...report }, 'freed what dead sandboxes held')
      this.#onRound(report)
      return report
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#log.error({ error }, 'cleaning was not finished')
      return undefined
    }
  }
}

function isDone(report: CleaningReport | undefined): boolean {
  return report !== undefined && report.left === 0 && report.unsure === 0
}

function nextWait(waitMs: number, report: CleaningReport | undefined, soonMs: number): number {
  return (report?.released ?? 0) > 0 ? soonMs : waitMs * 2
}
