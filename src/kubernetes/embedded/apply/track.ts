// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { withoutValue, withValue } from '../json/edit.ts'
import type { ObjectSchema } from '../schema/schema.ts'
import { compareFields } from './compare.ts'
import type { Comparison } from './compare.ts'
import { difference, isEmptySet, noFields, union } from './field-set.ts'
import { boundOwnerships, formatOwnerships, sameOwner } from './managed-fields.ts'
import type { Ownership, OwnershipKey } from './managed-fields.ts'
import { ownablePart } from './owned-fields.ts'

/** Who writes, and in which shape. */
export interface Writer {
  readonly key: OwnershipKey
  readonly schema: ObjectSchema
  /** RFC 3339. */
  readonly time: string
}

/**
 * The entries after an ordinary write (create, update, patch): what changed belongs to the writer, what was removed
 * to nobody.
 */
export function ownershipsAfterUpdate(
  before: JsonObject | undefined,
  after: JsonObject,
  ownerships: readonly Ownership[],
  { key, schema, time }: Writer,
): readonly Ownership[] {
  const comparison = compareFields(ownablePart(before ?? {}), ownablePart(after), schema)
  const changed = union(comparison.added, comparison.modified)
  if (isEmptySet(changed) && isEmptySet(comparison.removed)) return ownerships
  const others = disown(
    ownerships.filter((one) => !sameOwner(one, key)),
    comparison,
  )
  const own = ownerships.find((one) => sameOwner(one, key))
  const fields = union(difference(own?.fields ?? noFields, comparison.removed), changed)
  return boundOwnerships([...others, { ...key, time, fields: { ...fields, owned: false } }])
}

/** The entries of others after a write that changed these fields. */
export function disown(ownerships: readonly Ownership[], comparison: Comparison): readonly Ownership[] {
  const lost = union(union(comparison.added, comparison.modified), comparison.removed)
  return ownerships.map((one) => ({ ...one, fields: difference(one.fields, lost) }))
}

/** An object with these entries as its `managedFields`. */
export function withOwnerships(object: JsonObject, ownerships: readonly Ownership[]): JsonObject {
  const entries = formatOwnerships(ownerships)
  return Array.isArray(entries) && entries.length === 0
    ? withoutValue(object, ['metadata', 'managedFields'])
    : withValue(object, ['metadata', 'managedFields'], entries)
}
