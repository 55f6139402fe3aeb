// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../base/index.ts'
import { numberField, objectField, stringField, stringsField } from '../../resources/fields.ts'
import { ownershipsOf } from '../apply/managed-fields.ts'
import type { Ownership } from '../apply/managed-fields.ts'
import { ownershipsAfterUpdate, withOwnerships } from '../apply/track.ts'
import type { Cluster } from '../cluster.ts'
import { withValueOf } from '../json/edit.ts'
import {
  checkAgainstUrl,
  formatTime,
  isTerminating,
  nameOf,
  withCarriedMetadata,
  withNextGeneration,
} from '../resources/metadata.ts'
import { metadataChangeProblems, metadataProblems } from '../resources/metadata-rules.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { invalid } from '../status/field-error.ts'
import { conflict, notFound, staleObject } from '../status/refusals.ts'
import { checkProblems, createObject } from './create.ts'
import { decodeBody } from './decode-body.ts'
import type { Target, WriteOptions } from './write-options.ts'

/** A change of a whole object. */
export interface Update {
  readonly target: Target
  readonly body: JsonObject
  readonly options: WriteOptions
  /** `status` changes the status only; any other name changes all but the status and is recorded with the owner. */
  readonly subresource?: string
  /** Who owns the fields, when that is not simply the writer. */
  readonly ownerships?: readonly Ownership[]
}

/** What became of an update. */
export interface UpdateOutcome {
  /** In the stored form. */
  readonly object: JsonObject
  readonly created: boolean
}

/**
 * Replaces an object, or creates it where its kind allows that.
 *
 * @throws StatusError
 */
export function updateObject(cluster: Cluster, resource: ServedResource, update: Update): UpdateOutcome {
  const { target, body, options } = update
  const old = cluster.store.get(resource.collection, target.namespace, target.name)
  if (old === undefined) {
    if (!resource.strategy.createOnUpdate || update.subresource !== undefined)
      throw notFound(resource, target.name)
    return { object: createObject(cluster, resource, { ...target, body, options }), created: true }
  }
  const decoded = decodeBody(resource, body, options)
  checkAgainstUrl(objectField(decoded, 'metadata'), { ...target, namespaced: resource.namespaced })
  checkVersion(resource, decoded, old)
  const changed = changedObject(cluster, resource, { decoded, old, subresource: update.subresource })
  const owned = withOwnerships(
    changed,
    update.ownerships ?? nextOwnerships(cluster, resource, { update, decoded, old, changed }),
  )
  return {
    object: storeChange(cluster, resource, { old, object: owned, dryRun: options.dryRun }),
    created: false,
  }
}

function checkVersion(resource: ServedResource, object: JsonObject, old: JsonObject): void {
  const given = stringField(objectField(object, 'metadata'), 'resourceVersion') ?? ''
  if (given === '') {
    if (resource.strategy.unconditionalUpdate) return
    const text = 'must be specified for an update'
    checkProblems(resource, old, [
      { ...invalid('metadata.resourceVersion', 0, text), message: `Invalid value: 0x0: ${text}` },
    ])
  } else if (given !== objectField(old, 'metadata')['resourceVersion']) {
    throw conflict(resource, nameOf(old), staleObject)
  }
}

interface Change {
  readonly decoded: JsonObject
  readonly old: JsonObject
  readonly subresource: string | undefined
}

function changedObject(
  cluster: Cluster,
  resource: ServedResource,
  { decoded, old, subresource }: Change,
): JsonObject {
  const { strategy } = resource
  const carried = withCarriedMetadata(decoded, old, resource)
  const isStatus = subresource === 'status'
  const object = isStatus ? statusChange(resource, carried, old) : mainChange(cluster, resource, carried, old)
  checkProblems(resource, object, [
    ...metadataProblems(object, strategy.nameRule),
    ...metadataChangeProblems(object, old),
    ...(strategy.problems?.(object, cluster) ?? []),
    ...(isStatus ? [] : (strategy.changeProblems?.(object, old) ?? [])),
  ])
  return object
}

/** Built-in kinds take changed labels and annotations along with the status; custom resources do not. */
function statusChange(resource: ServedResource, carried: JsonObject, old: JsonObject): JsonObject {
  const withStatus = withValueOf(old, ['status'], carried)
  return resource.custom ? withStatus : withValueOf(withStatus, ['metadata'], carried)
}

function mainChange(
  cluster: Cluster,
  resource: ServedResource,
  carried: JsonObject,
  old: JsonObject,
): JsonObject {
  const { strategy } = resource
  const scoped = strategy.separateStatus ? withValueOf(carried, ['status'], old) : carried
  const complete = strategy.withDefaults?.(scoped) ?? scoped
  const object = strategy.prepareUpdate?.(complete, old, cluster) ?? complete
  const counts = strategy.countsGenerations && !isDeepStrictEqual(generationPart(object), generationPart(old))
  return counts ? withNextGeneration(object) : object
}

function generationPart(object: JsonObject): JsonObject {
  const { metadata: _metadata, status: _status, ...rest } = object
  return rest
}

function nextOwnerships(
  cluster: Cluster,
  resource: ServedResource,
  {
    update,
    decoded,
    old,
    changed,
  }: { update: Update; decoded: JsonObject; old: JsonObject; changed: JsonObject },
): readonly Ownership[] {
  const given = objectField(decoded, 'metadata')['managedFields']
  const key = {
    manager: update.options.fieldManager,
    operation: 'Update' as const,
    apiVersion: apiVersionText(resource),
    subresource: update.subresource ?? '',
  }
  // A client may hand in changed entries, or none to start afresh.
  const base = ownershipsOf(given === undefined ? old : decoded)
  return ownershipsAfterUpdate(old, changed, base, {
    key,
    schema: resource.storedSchema,
    time: formatTime(cluster.now()),
  })
}

/** What is to be stored in place of what. */
export interface StoredChange {
  readonly old: JsonObject
  readonly object: JsonObject
  readonly dryRun: boolean
}

/**
 * Stores a changed object, unless nothing changed. One that is being deleted and has lost its last finalizer is
 * removed instead.
 */
export function storeChange(
  cluster: Cluster,
  resource: ServedResource,
  { old, object, dryRun }: StoredChange,
): JsonObject {
  if (isDeepStrictEqual(object, old)) return old
  if (dryRun) return object
  if (isTerminating(object) && isReleased(object)) return cluster.store.remove(resource.collection, object)
  const stored = cluster.store.put(resource.collection, object)
  resource.strategy.afterWrite?.(stored, cluster)
  return stored
}

/** Whether nothing holds a deleted object any more: no finalizer, no grace period. */
export function isReleased(object: JsonObject): boolean {
  const metadata = objectField(object, 'metadata')
  const inSpec = object['kind'] === 'Namespace' ? stringsField(objectField(object, 'spec'), 'finalizers') : []
  return (
    stringsField(metadata, 'finalizers').length === 0 &&
    inSpec.length === 0 &&
    (numberField(metadata, 'deletionGracePeriodSeconds') ?? 0) === 0
  )
}
