// SPDX-License-Identifier: Apache-2.0

import { summarize } from './measurement.ts'
import type { Measurement, Section } from './measurement.ts'
import type { SectionName } from './section-names.ts'

/** A figure that was to be reached. */
interface Goal {
  readonly section: SectionName
  /** Of the measurement. */
  readonly what: string
  /** So many times as much as plait is what upstream takes; or the most of plait itself. */
  readonly wanted: { readonly timesLess: number } | { readonly atMost: number }
}

const goals: readonly Goal[] = [
  { section: 'pod', what: 'pod ADD', wanted: { timesLess: 12 } },
  { section: 'pod', what: 'pod DEL', wanted: { timesLess: 4 } },
  { section: 'plain', what: 'more ADD', wanted: { atMost: 2 } },
  { section: 'plain', what: 'more DEL', wanted: { atMost: 2 } },
  { section: 'burst', what: '50 pods ADD', wanted: { timesLess: 15 } },
  { section: 'burst', what: '50 pods DEL', wanted: { timesLess: 8 } },
  { section: 'burst', what: '50 pods ADD, CPU', wanted: { timesLess: 12 } },
  { section: 'burst', what: '50 pods DEL, CPU', wanted: { timesLess: 12 } },
  { section: 'burst', what: 'most memory, daemon and programs', wanted: { timesLess: 1 } },
  { section: 'external', what: 'pod ADD', wanted: { atMost: 600 } },
  { section: 'crowd', what: 'programs at the same time, at most', wanted: { atMost: 16 } },
  { section: 'crowd', what: 'ADDs that failed', wanted: { atMost: 0 } },
]

/** The goals beside what was measured, as a Markdown table; empty where nothing of it was. */
export function formatGoals(sections: readonly Section[]): string {
  const rows = goals.flatMap((goal) => {
    const section = sections.find(({ name }) => name === goal.section)
    const measurement = section?.measurements.find(({ what }) => what === goal.what)
    const measured = measurement && measure(measurement, goal.wanted)
    return section === undefined || measured === undefined ? [] : [row(section.title, goal, measured)]
  })
  if (rows.length === 0) return ''
  const head = [
    '## What was to be reached\n',
    '|  | wanted | measured | reached |',
    '| --- | ---: | ---: | --- |',
  ]
  return `${[...head, ...rows].join('\n')}\n`
}

interface Measured {
  readonly figure: string
  readonly reached: boolean
}

function measure({ samples, unit }: Measurement, wanted: Goal['wanted']): Measured | undefined {
  const [plait, upstream] = ['plait', 'upstream'].map((name) => summarize(samples[name] ?? [])?.median)
  if (plait === undefined) return undefined
  if ('atMost' in wanted) {
    return { figure: `${round(plait)} ${unit}`.trim(), reached: plait <= wanted.atMost }
  }
  if (upstream === undefined) return undefined
  const times = upstream / plait
  return { figure: `${times.toFixed(1)} times`, reached: times >= wanted.timesLess }
}

function row(title: string, { what, wanted }: Goal, { figure, reached }: Measured): string {
  const limit =
    'atMost' in wanted ? `at most ${wanted.atMost}` : `upstream at least ${wanted.timesLess} times as much`
  return `| ${title}: ${what} | ${limit} | ${figure} | ${reached ? 'yes' : '**no**'} |`
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}
