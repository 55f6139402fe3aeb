// SPDX-License-Identifier: Apache-2.0

import type { Trip } from '../checks/define-check.ts'
import { formatTable, type TableCell } from './format-table.ts'
import type { Paint } from './paint.ts'
import type { FindingRecord, LabRecord } from './record.ts'

interface Ping {
  readonly trip: Trip
  readonly ok: boolean
}

/** A table of the pings of the stage that had most of them: a row per pod, a column per address or kind of peer. */
export function formatPings(record: LabRecord, paint: Paint): string[] {
  const pings = record.stages.map(({ findings }) => findings.flatMap(toPing))
  const most = pings.reduce((best, one) => (one.length > best.length ? one : best), [])
  if (most.length === 0) return []
  const columns = [...new Set(most.map(({ trip }) => trip.to))]
  const pods = [...new Set(most.map(({ trip }) => trip.from))]
  const rows = pods.map((pod): TableCell[] => [
    pod,
    ...columns.map((column) => cell(most.filter(({ trip }) => trip.from === pod && trip.to === column))),
  ])
  return [formatTable(['PING FROM', ...columns], rows, paint).join('\n')]
}

function toPing({ trip, ok }: FindingRecord): Ping[] {
  return trip === undefined ? [] : [{ trip, ok }]
}

/** The longest time of an answer, and of how many when there were several. */
function cell(pings: readonly Ping[]): TableCell {
  if (pings.length === 0) return ''
  const failed = pings.filter(({ ok }) => !ok).length
  if (failed > 0) return { text: `✘ ${failed} of ${pings.length}`, tone: 'bad' }
  const times = pings.flatMap(({ trip }) => trip.ms ?? [])
  if (times.length === 0) return { text: '✔ no answer', tone: 'good' }
  const slowest = `✔ ${Math.max(...times)} ms`
  return { text: pings.length === 1 ? slowest : `${slowest} (${pings.length})`, tone: 'good' }
}
