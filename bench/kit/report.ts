// SPDX-License-Identifier: Apache-2.0

import { formatGoals } from './goals.ts'
import type { Section } from './measurement.ts'
import { formatSection } from './table.ts'

/** What was measured in one run. */
export interface Results {
  readonly machine: string
  readonly rounds: number
  readonly sections: readonly Section[]
}

const marks = { begin: '<!-- figures of `npm run bench -- --page` -->', end: '<!-- end of the figures -->' }

/** All of a run as Markdown. */
export function formatReport({ machine, rounds, sections }: Results): string {
  const head = `${machine}; up to ${rounds} rounds.\n`
  return [head, formatGoals(sections), ...sections.map(formatSection)]
    .filter((part) => part !== '')
    .join('\n')
}

/**
 * A page with the report in the place of the one that it held, between two comments.
 *
 * @throws when the page has no such place.
 */
export function replaceReport(page: string, report: string): string {
  const [begin, end] = [page.indexOf(marks.begin), page.indexOf(marks.end)]
  if (begin < 0 || end < begin)
    throw new Error(`Cannot put figures on the page: it lacks ${marks.begin}, ${marks.end}`)
  return `${page.slice(0, begin + marks.begin.length)}\n\n${report.trimEnd()}\n\n${page.slice(end)}`
}
