// SPDX-License-Identifier: Apache-2.0

/** How long the choice of the default network waits for what. */
export interface ChoiceTiming {
  /** So long the directory must stay as it is before a file that came while we watched is taken. */
  readonly settleMs: number
  /** So long after a first choice a file that sorts before it still replaces it. */
  readonly provisionalMs: number
  /** So long a file that was in use may be missing before another one is taken. */
  readonly patienceMs: number
}

/** What to use, or why there is nothing to use yet. */
export type Choice = { readonly file: string } | { readonly waiting: string }

/** Upstream looks for a default network for 120 s; provisional is longer than a cluster's networks take to arrive. */
const defaultTiming: ChoiceTiming = { settleMs: 2000, provisionalMs: 600_000, patienceMs: 120_000 }

/**
 * Chooses the default network among the files of a directory. As in upstream and in the runtime the first by name
 * is taken; but a file that was in use is kept, also over restarts, and is waited for when it is missing: after a
 * reboot the networks of a node arrive in any order.
 */
export class PrimaryChooser {
  readonly #timing: ChoiceTiming
  #kept: string | undefined
  #keptSeenAt: number
  #provisionalUntil = -Infinity
  #seen: string | undefined
  #changedAt = -Infinity

  /** @param remembered the file that was in use before, if any */
  constructor(remembered: string | undefined, now: number, timing: ChoiceTiming = defaultTiming) {
    this.#kept = remembered
    this.#keptSeenAt = now
    this.#timing = timing
  }

  /** The file in use, or the one that was in use and is waited for. */
  get kept(): string | undefined {
    return this.#kept
  }

  /** @param names the candidates, sorted; @param now milliseconds of a clock that never goes back */
  choose(names: readonly string[], now: number): Choice {
    this.#note(names, now)
    const [first] = names
    const kept = this.#kept
    if (kept === undefined) return this.#settled(first, now)
    if (!names.includes(kept)) {
      if (now - this.#keptSeenAt >= this.#timing.patienceMs) return this.#settled(first, now)
      return { waiting: `${kept}, which was in use before, is not there` }
    }
    this.#keptSeenAt = now
    if (first === undefined || first === kept || now >= this.#provisionalUntil) return { file: kept }
    return now - this.#changedAt < this.#timing.settleMs ? { file: kept } : { file: first }
  }

  /** Says that a chosen file could be used: it is kept from now on. */
  accept(file: string, now: number): void {
    if (file === this.#kept) return
    this.#kept = file
    this.#keptSeenAt = now
    this.#provisionalUntil = now + this.#timing.provisionalMs
  }

  #note(names: readonly string[], now: number): void {
    const seen = names.join('/')
    if (seen === this.#seen) return
    // What is there at the first look was there before us, and is taken at once as upstream takes it.
    if (this.#seen !== undefined) this.#changedAt = now
    this.#seen = seen
  }

  #settled(first: string | undefined, now: number): Choice {
    if (first === undefined) return { waiting: 'there is none' }
    if (now - this.#changedAt >= this.#timing.settleMs) return { file: first }
    return { waiting: `${first} has just come, others may follow` }
  }
}
