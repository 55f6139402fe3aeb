// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import type { Cleaning, CleaningReport } from '../../multus/index.ts'
import { Rounds } from './rounds.ts'

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
  #rounds: Rounds | undefined
  #waitMs: number

  private constructor({ cleaning, log, timing, onRound }: HousekeeperOptions) {
    this.#cleaning = cleaning
    this.#log = log
    this.#timing = { ...usualTiming, ...timing }
    this.#waitMs = this.#timing.soonMs
    this.#onRound = onRound ?? (() => undefined)
  }

  /**
   * Frees what an earlier boot left, so that the first ADDs find its addresses free, and then begins with the rounds.
   * Never fails: what could not be done is tried again in the first round.
   */
  static async start(options: HousekeeperOptions): Promise<Housekeeper> {
    const housekeeper = new Housekeeper(options)
    await housekeeper.#afterBoot()
    housekeeper.#rounds = housekeeper.#startRounds()
    return housekeeper
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds?.[Symbol.asyncDispose]()
  }

  async #afterBoot(): Promise<void> {
    try {
      this.#tell(await this.#cleaning.afterBoot(AbortSignal.timeout(this.#timing.startMs)))
    } catch (error) {
      this.#tellFailure(error)
    }
  }

  #startRounds(): Rounds {
    return Rounds.start({
      firstMs: this.#pauseMs(),
      roundMs: this.#timing.roundMs,
      round: async (signal) => {
        const report = await this.#cleaning.round(signal)
        this.#tell(report)
        return this.#nextPauseMs(report)
      },
      onFailure: (error) => {
        this.#tellFailure(error)
        return this.#nextPauseMs(undefined)
      },
    })
  }

  #nextPauseMs(report: CleaningReport | undefined): number {
    const { intervalMs, soonMs } = this.#timing
    this.#waitMs = isDone(report) ? intervalMs : nextWait(this.#waitMs, report, soonMs)
    return this.#pauseMs()
  }

  // Nodes that were started together do not ask the API together.
  #pauseMs(): number {
    return Math.min(this.#waitMs, this.#timing.intervalMs) * (0.8 + 0.4 * Math.random())
  }

  #tell(report: CleaningReport): void {
    const { released, addresses, left } = report
    if (released + addresses + left > 0) this.#log.info({ ...report }, 'freed what dead sandboxes held')
    this.#onRound(report)
  }

  #tellFailure(error: unknown): void {
    this.#log.error({ error }, 'cleaning was not finished')
  }
}

function isDone(report: CleaningReport | undefined): boolean {
  return report !== undefined && report.left === 0 && report.unsure === 0
}

function nextWait(waitMs: number, report: CleaningReport | undefined, soonMs: number): number {
  return (report?.released ?? 0) > 0 ? soonMs : waitMs * 2
}
