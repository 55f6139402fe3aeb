// SPDX-License-Identifier: Apache-2.0

/** For how long a spooled request that fails is tried again. */
export interface Patience {
  /** Since the shim has kept it. */
  readonly ageMs: number
  /** By this daemon, however old the request is: a node may have been off for weeks. */
  readonly leastTries: number
  /** By this daemon, however young the request seems to be: clocks are set back. */
  readonly mostTries: number
}

const dayMs = 24 * 60 * 60_000

/**
 * Three days. With pauses up to 5 minutes, 100 tries are close to eight hours, so that a node that was off for a weekend
 * does not give up before the rest of the cluster is back; and 1000 are three days and a half.
 */
export const usualPatience: Patience = { ageMs: 3 * dayMs, leastTries: 100, mostTries: 1000 }

/** How often a request was tried, and when it was kept. */
export interface Trials {
  readonly writtenMs: number
  readonly tries: number
}

/** Whether a request that has failed once more is tried again no more. */
export function isOver({ writtenMs, tries }: Trials, patience: Patience, nowMs: number): boolean {
  const { ageMs, leastTries, mostTries } = patience
  return tries >= mostTries || (tries >= leastTries && nowMs - writtenMs >= ageMs)
}
