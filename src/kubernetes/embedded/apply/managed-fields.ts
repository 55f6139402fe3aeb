// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../resources/fields.ts'
import { formatFieldSet, isEmptySet, parseFieldSet, union } from './field-set.ts'
import type { FieldSet } from './field-set.ts'

/** Who owns fields: one entry of `metadata.managedFields`. */
export interface Ownership {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource: string
  /** RFC 3339. */
  readonly time: string
  readonly fields: FieldSet
}

/** What two entries must share to be one. */
export type OwnershipKey = Pick<Ownership, 'manager' | 'operation' | 'apiVersion' | 'subresource'>

/** The entries of an object; what cannot be read is left out. */
export function ownershipsOf(object: JsonObject): readonly Ownership[] {
  return objectsField(objectField(object, 'metadata'), 'managedFields').flatMap((entry) => {
    const operation = stringField(entry, 'operation')
    const fields = entry['fieldsV1']
    if ((operation !== 'Apply' && operation !== 'Update') || !isJsonObject(fields)) return []
    return [
      {
        manager: stringField(entry, 'manager') ?? '',
        operation,
        apiVersion: stringField(entry, 'apiVersion') ?? '',
        subresource: stringField(entry, 'subresource') ?? '',
        time: stringField(entry, 'time') ?? '',
        fields: parseFieldSet(fields),
      },
    ]
  })
}

/** `metadata.managedFields` of entries: appliers first, each group by time. */
export function formatOwnerships(ownerships: readonly Ownership[]): JsonValue {
  return ownerships
    .filter((one) => !isEmptySet(one.fields))
    .toSorted((a, b) =>
      a.operation < b.operation
        ? -1
        : a.operation > b.operation
          ? 1
          : a.time < b.time
            ? -1
            : a.time > b.time
              ? 1
              : 0,
    )
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: formatFieldSet(fields),
      ...(subresource === '' ? {} : { subresource }),
    }))
}

/** Whether two entries are of the same manager in the same role. */
export function sameOwner(a: OwnershipKey, b: OwnershipKey): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  )
}

const maxUpdaters = 10

/** Entries of which no more than ten are updaters: the oldest are folded into one, as the real server does it. */
export function boundOwnerships(ownerships: readonly Ownership[]): readonly Ownership[] {
  const updaters = ownerships
    .filter((one) => one.operation === 'Update')
    .toSorted((a, b) => (a.time < b.time ? -1 : 1))
  const surplus = updaters.slice(0, Math.max(0, updaters.length - maxUpdaters + 1))
  const [first] = surplus
  if (first === undefined || updaters.length <= maxUpdaters) return ownerships
  const folded: Ownership = {
    ...first,
    manager: 'ancient-changes',
    subresource: '',
    fields: surplus.map((one) => one.fields).reduce(union),
  }
  return [...ownerships.filter((one) => !surplus.includes(one)), folded]
}
