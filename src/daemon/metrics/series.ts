// SPDX-License-Identifier: Apache-2.0

import type { MetricDefinition } from './definition.ts'

/** Values for the labels of a metric. */
export type Labels<Label extends string> = Readonly<Record<Label, string>>

// Far more than the bounded labels can make; a mistake in one must not fill the memory of the node.
const maxSeries = 2000

/**
 * The states of one metric by the values of its labels. The key of a state is the text that stands between the
 * braces of its lines.
 */
export class Series<State, Label extends string> {
  readonly #definition: MetricDefinition<Label>
  readonly #create: () => State
  readonly #states = new Map<string, State>()

  constructor(definition: MetricDefinition<Label>, create: () => State) {
    this.#definition = definition
    this.#create = create
  }

  /** The state for these values; the one of all that came too many when there are too many. */
  get(labels: Labels<Label>): State {
    const key = formatLabels(labels)
    const known = this.#states.get(key)
    if (known !== undefined) return known
    return this.#states.size < maxSeries ? this.#add(key) : this.#overflow()
  }

  /** All states, in the order in which they were first seen. */
  entries(): Iterable<readonly [labels: string, state: State]> {
    return this.#states
  }

  #overflow(): State {
    const names = Object.keys(this.#definition.labels)
    const key = formatLabels(Object.fromEntries(names.map((name) => [name, 'other'])))
    return this.#states.get(key) ?? this.#add(key)
  }

  #add(key: string): State {
    const state = this.#create()
    this.#states.set(key, state)
    return state
  }
}

/** Label values as a line has them between its braces; empty for none. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  let text = ''
  for (const name in labels) text += `${text === '' ? '' : ','}${name}="${escape(labels[name] ?? '')}"`
  return text
}

function escape(value: string): string {
  return /["\\\n]/.test(value)
    ? value
        .replaceAll('\\', String.raw`\\`)
        .replaceAll('\n', String.raw`\n`)
        .replaceAll('"', String.raw`\"`)
    : value
}
