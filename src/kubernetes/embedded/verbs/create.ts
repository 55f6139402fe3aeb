// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { ownershipsOf } from '../apply/managed-fields.ts'
import type { Ownership } from '../apply/managed-fields.ts'
import { ownershipsAfterUpdate, withOwnerships } from '../apply/track.ts'
import type { Cluster } from '../cluster.ts'
import { withValue } from '../json/edit.ts'
import { formatTime, nameOf, withNewMetadata } from '../resources/metadata.ts'
import { metadataProblems } from '../resources/metadata-rules.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { invalidObject } from '../status/field-error.ts'
import type { FieldError } from '../status/field-error.ts'
import { alreadyExists } from '../status/refusals.ts'
import { decodeBody } from './decode-body.ts'
import { checkNamespace } from './namespace-check.ts'
import type { WriteOptions } from './write-options.ts'

/** What a new object is made of. */
export interface Creation {
  readonly namespace: string
  /** From the URL, when the object is created by a write to its own path. */
  readonly name?: string
  readonly body: JsonObject
  readonly options: WriteOptions
  /** Who owns the fields, when that is not simply the writer. */
  readonly ownerships?: readonly Ownership[]
}

/**
 * Stores a new object and gives it back in the stored form.
 *
 * @throws StatusError
 */
export function createObject(cluster: Cluster, resource: ServedResource, creation: Creation): JsonObject {
  const { namespace, body, options } = creation
  const { strategy } = resource
  const decoded = decodeBody(resource, body, options)
  const now = cluster.now()
  const facts = { namespaced: resource.namespaced, namespace, name: creation.name, now }
  const identified = withNewMetadata(decoded, facts)
  checkNamespace(cluster, resource, { namespace, name: nameOf(identified) })
  const counted = strategy.countsGenerations
    ? withValue(identified, ['metadata', 'generation'], 1)
    : identified
  const complete = strategy.withDefaults?.(counted) ?? counted
  const object = strategy.prepareCreate?.(complete, cluster) ?? complete
  strategy.admit?.(object, cluster)
  checkProblems(resource, object, [
    ...metadataProblems(object, strategy.nameRule),
    ...(strategy.problems?.(object, cluster) ?? []),
  ])
  if (cluster.store.get(resource.collection, namespace, nameOf(object)) !== undefined) {
    throw alreadyExists(resource, nameOf(object))
  }
  const owned = withOwnerships(
    object,
    creation.ownerships ?? firstOwnerships(resource, object, creation, now),
  )
  if (options.dryRun) return owned
  const stored = cluster.store.put(resource.collection, owned)
  strategy.afterWrite?.(stored, cluster)
  return stored
}

function firstOwnerships(
  resource: ServedResource,
  object: JsonObject,
  { body, options }: Creation,
  now: Date,
): readonly Ownership[] {
  const key = {
    manager: options.fieldManager,
    operation: 'Update' as const,
    apiVersion: apiVersionText(resource),
    subresource: '',
  }
  const writer = { key, schema: resource.storedSchema, time: formatTime(now) }
  const given = ownershipsOf(body)
  return given.length > 0 ? given : ownershipsAfterUpdate(undefined, object, [], writer)
}

/** @throws StatusError 422 when there is any problem */
export function checkProblems(
  resource: ServedResource,
  object: JsonObject,
  problems: readonly FieldError[],
): void {
  if (problems.length === 0) return
  throw invalidObject({ group: resource.group, kind: resource.kind, name: nameOf(object) }, problems)
}
