// SPDX-License-Identifier: Apache-2.0

import { summarize } from './measurement.ts'
import type { Measurement, Section } from './measurement.ts'
import type { SectionName } from './section-names.ts'

/** The least number of times as much as plait that another contender takes, or the most that plait takes itself. */
type Wanted = { readonly times: number; readonly contender: string } | { readonly atMost: number }

/** A figure that was to be reached. */
interface Goal {
  readonly title: string
  readonly section: SectionName
  /** Of the measurement. */
  readonly what: string
  readonly wanted: Wanted
}

const upstreamTakes = (times: number): Wanted => ({ times, contender: 'upstream' })
const threeInterfaces = 'pod with three interfaces'

const goals: readonly Goal[] = [
  { title: `${threeInterfaces}, ADD`, section: 'pod', what: 'pod ADD', wanted: upstreamTakes(12) },
  { title: `${threeInterfaces}, DEL`, section: 'pod', what: 'pod DEL', wanted: upstreamTakes(4) },
  {
    title: `${threeInterfaces}, ADD`,
    section: 'pod',
    what: 'pod ADD',
    wanted: { times: 10, contender: 'Go plugins' },
  },
  burst('50 pods ADD', 15),
  burst('50 pods DEL', 8),
  burst('50 pods ADD, CPU', 12),
  burst('50 pods DEL, CPU', 12),
  burst('most memory, daemon and programs', 1),
  {
    title: 'pod without annotations, ADD, more than its network alone',
    section: 'plain',
    what: 'more ADD',
    wanted: { atMost: 2 },
  },
  {
    title: '16 networks of a program that takes 200 ms, ADD',
    section: 'external',
    what: 'pod ADD',
    wanted: { atMost: 600 },
  },
  crowd('programs at the same time, at most', 16),
  crowd('ADDs that failed', 0),
  {
    title: 'macvlan with host-local in the daemon, ADD',
    section: 'plugins',
    what: 'macvlan + host-local ADD',
    wanted: { atMost: 1 },
  },
  {
    title: 'idle memory of the daemon',
    section: 'start',
    what: 'idle memory after 3 s',
    wanted: { atMost: 80 },
  },
]

function burst(what: string, times: number): Goal {
  return { title: `50 pods at once: ${what}`, section: 'burst', what, wanted: upstreamTakes(times) }
}

function crowd(what: string, atMost: number): Goal {
  return { title: `250 pods at once with a program: ${what}`, section: 'crowd', what, wanted: { atMost } }
}

/** The goals beside what was measured, as a Markdown table; empty where nothing of it was. */
export function formatGoals(sections: readonly Section[]): string {
  const rows = goals.flatMap((goal) => {
    const measurement = sections
      .find(({ name }) => name === goal.section)
      ?.measurements.find(({ what }) => what === goal.what)
    const cells = measurement && compare(measurement, goal.wanted)
    return cells === undefined ? [] : [`| ${[goal.title, ...cells].join(' | ')} |`]
  })
  if (rows.length === 0) return ''
  const head = ['|  | wanted | measured | reached |', '| --- | ---: | ---: | --- |']
  return `## What was to be reached\n\n${[...head, ...rows].join('\n')}\n`
}

/** What was wanted, what was measured, and whether that will do; undefined when it was not measured. */
function compare({ samples, unit }: Measurement, wanted: Wanted): readonly string[] | undefined {
  const median = (name: string) => summarize(samples[name] ?? [])?.median
  const plait = median('plait')
  if (plait === undefined) return undefined
  if ('atMost' in wanted) {
    const amounts = [`≤ ${wanted.atMost} ${unit}`, `${round(plait)} ${unit}`].map((text) => text.trim())
    return [...amounts, verdict(plait <= wanted.atMost)]
  }
  const other = median(wanted.contender)
  if (other === undefined) return undefined
  const times = other / plait
  const limit = `${wanted.contender} ÷ plait ≥ ${wanted.times}`
  return [limit, times.toFixed(1), verdict(times >= wanted.times)]
}

function verdict(reached: boolean): string {
  return reached ? 'yes' : '**no**'
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}
