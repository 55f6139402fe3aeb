// SPDX-License-Identifier: Apache-2.0

/** A difference between a recording of upstream and plait that is meant, with the reason. */
export interface MeantDifference {
  /** What the line of the comparison starts with, after the case's name. */
  readonly file: RegExp
  /** The cases; all when absent. */
  readonly cases?: readonly string[]
  readonly why: string
}

/** Each difference that the recorded cases show. A test fails for one that is not here, and for one here that is not shown. */
export const meantDifferences: readonly MeantDifference[] = []
