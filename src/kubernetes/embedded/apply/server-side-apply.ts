// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import type { ObjectSchema } from '../schema/schema.ts'
import { StatusError } from '../status/status-error.ts'
import { compareFields } from './compare.ts'
import { difference, fieldPaths, intersection, isEmptySet, noFields, union } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { sameOwner } from './managed-fields.ts'
import type { Ownership, OwnershipKey } from './managed-fields.ts'
import { mergeConfig, pruneSurrendered } from './merge-config.ts'
import { appliedFields, ownablePart } from './owned-fields.ts'
import { disown } from './track.ts'

/** A configuration that somebody applies. */
export interface Application {
  readonly key: OwnershipKey
  readonly config: JsonObject
  readonly schema: ObjectSchema
  /** Takes over fields that others own with other values. */
  readonly force: boolean
  /** Fields that are taken over without force. */
  readonly free?: FieldSet
  /** RFC 3339. */
  readonly time: string
}

/** The object after an application, and who owns what of it. */
export interface Applied {
  readonly object: JsonObject
  readonly ownerships: readonly Ownership[]
}

/**
 * Lays a configuration over the live object: what the manager applied before and no longer names goes, unless
 * somebody else owns it.
 *
 * @throws StatusError 409 with one cause per field that another manager owns with another value
 */
export function applyConfig(
  live: JsonObject,
  ownerships: readonly Ownership[],
  application: Application,
): Applied {
  const { key, config, schema, force, time, free = noFields } = application
  const own = ownerships.find((one) => sameOwner(one, key))
  const others = ownerships.filter((one) => !sameOwner(one, key))
  const fields = appliedFields(config, schema)
  const kept = [fields, ...others.map((one) => one.fields)].reduce(union)
  const merged = mergeConfig(live, config, schema)
  if (!isJsonObject(merged)) throw new TypeError('an object merged with an object is an object')
  const object = pruneSurrendered(merged, { last: own?.fields ?? noFields, kept }, schema)
  const comparison = compareFields(ownablePart(live), ownablePart(object), schema)
  const changed = union(comparison.added, comparison.modified)
  const contested = difference(changed, free)
  const conflicts = others.flatMap((one) => conflictsWith(one, intersection(one.fields, contested)))
  if (conflicts.length > 0 && !force) throw conflictError(conflicts)
  const unchanged = own !== undefined && isEmptySet(changed) && isEmptySet(comparison.removed)
  return {
    object,
    ownerships: [...disown(others, comparison), { ...key, time: unchanged ? own.time : time, fields }],
  }
}

interface FieldConflict {
  /** The other manager, as the real server prints it. */
  readonly owner: string
  readonly field: string
}

function conflictsWith(owner: Ownership, fields: FieldSet): readonly FieldConflict[] {
  const name = JSON.stringify(owner.manager)
  const subresource = owner.subresource === '' ? '' : ` with subresource ${JSON.stringify(owner.subresource)}`
  const since = owner.operation === 'Update' ? ` using ${owner.apiVersion} at ${owner.time}` : ''
  return fieldPaths(fields).map((field) => ({ owner: `${name}${subresource}${since}`, field }))
}

function conflictError(conflicts: readonly FieldConflict[]): StatusError {
  const [first] = conflicts
  const grouped = [...Map.groupBy(conflicts, (one) => one.owner)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const lists = grouped.flatMap(([owner, group]) => [
    `conflicts with ${owner}:`,
    ...group.map(({ field }) => `- ${field}`),
  ])
  const message =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: conflict with ${first?.owner ?? ''}: ${first?.field ?? ''}`
      : `Apply failed with ${conflicts.length} conflicts: ${lists.join('\n')}`
  const causes = conflicts.map(({ owner, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field,
  }))
  return new StatusError({ code: 409, reason: 'Conflict', message, details: { causes } })
}
