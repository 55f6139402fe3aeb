// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { numberField, objectsField, stringField } from '../../resources/fields.ts'
import { textOf } from '../json/edit.ts'
import { ageSince } from '../tables/age.ts'
import { nameColumn, plainColumns } from '../tables/shared-columns.ts'
import type { Column, TableColumns } from '../tables/table.ts'
import { findByPath, parseJsonPath } from './json-path.ts'

/** The columns that a version of a custom resource definition asks for; name and age when it asks for none. */
export function printerColumns(version: JsonObject): TableColumns {
  const asked = objectsField(version, 'additionalPrinterColumns')
  return asked.length === 0 ? plainColumns : [nameColumn, ...asked.map(toColumn)]
}

function toColumn(spec: JsonObject): Column {
  const type = stringField(spec, 'type') ?? 'string'
  const path = parseJsonPath(stringField(spec, 'jsonPath') ?? '')
  return {
    name: stringField(spec, 'name') ?? '',
    type,
    format: stringField(spec, 'format') ?? '',
    description: stringField(spec, 'description') ?? '',
    priority: numberField(spec, 'priority') ?? 0,
    cell: (object, now) => (path === undefined ? null : cellOf(findByPath(object, path), type, now)),
  }
}

function cellOf(found: readonly JsonValue[], type: string, now: Date): JsonValue {
  const [first] = found
  if (first === undefined || first === null) return null
  if (type === 'date') return typeof first === 'string' ? ageSince(first, now) : null
  if (type === 'integer') return typeof first === 'number' ? Math.trunc(first) : null
  if (type === 'number') return typeof first === 'number' ? first : null
  if (type === 'boolean') return typeof first === 'boolean' ? first : null
  return found.map(textOf).join(',')
}
