// SPDX-License-Identifier: Apache-2.0

/** What one metric is; the reference page is made from it. */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** The labels with the values that each may have. All of them are bounded: no pod, network or container is a label. */
  readonly labels: Readonly<Record<Label, string>>
  /** Upper bounds of a histogram, in seconds, ascending. */
  readonly buckets?: readonly number[]
}

/** The label names of a definition. */
export type LabelsOf<Definition> = Definition extends MetricDefinition<infer Label> ? Label : never
