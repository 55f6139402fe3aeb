// SPDX-License-Identifier: Apache-2.0

/** One figure, measured by turns with several contenders. */
export interface Measurement {
  readonly what: string
  /** Empty for a number of things. */
  readonly unit: 'µs' | 'ms' | 'MiB' | ''
  /** By contender, in the order of the table; the ratios are to the first one. */
  readonly samples: Readonly<Record<string, readonly number[]>>
}

/** Measurements with the same contenders. */
export interface Section {
  readonly name: string
  readonly title: string
  readonly measurements: readonly Measurement[]
  /** What a reader has to know beside the figures. */
  readonly notes: readonly string[]
}

/** What samples come to. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Median, least and greatest; undefined without samples. */
export function summarize(samples: readonly number[]): Summary | undefined {
  const sorted = samples.toSorted((a, b) => a - b)
  const [min] = sorted
  const median = sorted[Math.floor(sorted.length / 2)]
  const max = sorted.at(-1)
  if (min === undefined || median === undefined || max === undefined) return undefined
  return { median, min, max }
}
