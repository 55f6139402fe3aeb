// SPDX-License-Identifier: Apache-2.0

import type { MetricDefinition } from './definition.ts'
import { formatLabels, Series } from './series.ts'
import type { Labels } from './series.ts'

/** Something that knows its lines in the text that Prometheus reads. */
export interface Instrument {
  readonly definition: MetricDefinition
  lines(): Iterable<string>
}

/** Counts what happens. */
export class Counter<Label extends string> implements Instrument {
  readonly definition: MetricDefinition<Label>
  readonly #series: Series<{ value: number }, Label>

  constructor(definition: MetricDefinition<Label>) {
    this.definition = definition
    this.#series = new Series(definition, () => ({ value: 0 }))
  }

  add(labels: Labels<Label>, amount = 1): void {
    this.#series.get(labels).value += amount
  }

  *lines(): Iterable<string> {
    for (const [labels, { value }] of this.#series.entries()) yield line(this.definition.name, labels, value)
  }
}

/** Counts durations by their size. */
export class Histogram<Label extends string> implements Instrument {
  readonly definition: MetricDefinition<Label>
  readonly #buckets: readonly number[]
  readonly #series: Series<{ readonly counts: number[]; count: number; sum: number }, Label>

  constructor(definition: MetricDefinition<Label>) {
    const { buckets = [] } = definition
    this.definition = definition
    this.#buckets = buckets
    this.#series = new Series(definition, () => ({ counts: buckets.map(() => 0), count: 0, sum: 0 }))
  }

  /** @param durationMs in milliseconds; the metric has seconds. */
  observe(labels: Labels<Label>, durationMs: number): void {
    const seconds = durationMs / 1000
    const state = this.#series.get(labels)
    state.count++
    state.sum += seconds
    const place = this.#buckets.findIndex((bound) => seconds <= bound)
    if (place >= 0) state.counts[place] = (state.counts[place] ?? 0) + 1
  }

  *lines(): Iterable<string> {
    const { name } = this.definition
    for (const [labels, { counts, count, sum }] of this.#series.entries()) {
      const before = labels === '' ? '' : `${labels},`
      let below = 0
      for (const [place, bound] of this.#buckets.entries()) {
        below += counts[place] ?? 0
        yield line(`${name}_bucket`, `${before}le="${bound}"`, below)
      }
      yield line(`${name}_bucket`, `${before}le="+Inf"`, count)
      yield line(`${name}_sum`, labels, sum)
      yield line(`${name}_count`, labels, count)
    }
  }
}

/** One value of a gauge, for the values of its labels. */
export type Reading<Label extends string> = readonly [labels: Labels<Label>, value: number]

/** Has a value that is looked up when it is asked for. */
export class Gauge<Label extends string> implements Instrument {
  readonly definition: MetricDefinition<Label>
  readonly #read: () => readonly Reading<Label>[]

  constructor(definition: MetricDefinition<Label>, read: () => readonly Reading<Label>[]) {
    this.definition = definition
    this.#read = read
  }

  *lines(): Iterable<string> {
    for (const [labels, value] of this.#read()) yield line(this.definition.name, formatLabels(labels), value)
  }
}

function line(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${value}` : `${name}{${labels}} ${value}`
}

/** All of them in the text format of Prometheus, version 0.0.4. */
export function formatMetrics(instruments: readonly Instrument[]): string {
  return instruments.map(formatOne).join('')
}

function formatOne(instrument: Instrument): string {
  const { name, help, kind } = instrument.definition
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...instrument.lines(), ''].join('\n')
}
