// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { numberField, objectField, stringField } from '../../resources/fields.ts'
import { fromEventsGroup } from '../resources/core/events.ts'
import { ageSince } from './age.ts'
import { nameColumn } from './shared-columns.ts'
import type { Column, TableColumns } from './table.ts'

/** Columns of events. */
export const eventColumns: TableColumns = [
  { name: 'Last Seen', cell: (event, now) => ageSince(lastSeen(event), now) },
  { name: 'Type', cell: (event) => stringField(event, 'type') ?? '' },
  { name: 'Reason', cell: (event) => stringField(event, 'reason') ?? '' },
  { name: 'Object', cell: subject },
  {
    name: 'Subobject',
    priority: 1,
    cell: (event) => stringField(objectField(event, 'involvedObject'), 'fieldPath') ?? '',
  },
  { name: 'Source', priority: 1, cell: source },
  { name: 'Message', cell: (event) => (stringField(event, 'message') ?? '').trim() },
  { name: 'First Seen', priority: 1, cell: (event, now) => ageSince(firstSeen(event), now) },
  { name: 'Count', priority: 1, cell: count },
  { ...nameColumn, priority: 1 },
]

/** The same columns for events in the form of `events.k8s.io`. */
export const eventsGroupColumns: TableColumns = eventColumns.map((column): Column => ({
  ...column,
  cell: (event, now) => column.cell(fromEventsGroup(event), now),
}))

function subject(event: JsonObject): string {
  const object = objectField(event, 'involvedObject')
  const kind = (stringField(object, 'kind') ?? '').toLowerCase()
  const name = stringField(object, 'name') ?? ''
  return name === '' ? kind : `${kind}/${name}`
}

function firstSeen(event: JsonObject): string | undefined {
  return stringField(event, 'firstTimestamp') ?? stringField(event, 'eventTime')
}

function lastSeen(event: JsonObject): string | undefined {
  const inSeries = stringField(objectField(event, 'series'), 'lastObservedTime')
  return inSeries ?? stringField(event, 'lastTimestamp') ?? firstSeen(event)
}

function count(event: JsonObject): string {
  const counted = numberField(objectField(event, 'series'), 'count') ?? numberField(event, 'count') ?? 0
  return String(counted === 0 ? 1 : counted)
}

function source(event: JsonObject): string {
  const from = objectField(event, 'source')
  const component = stringField(from, 'component') || (stringField(event, 'reportingComponent') ?? '')
  const host = stringField(from, 'host') || (stringField(event, 'reportingInstance') ?? '')
  return host === '' ? component : `${component}, ${host}`
}
