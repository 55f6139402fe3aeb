// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { numberField, objectField, stringField, stringsField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { withValue } from '../json/edit.ts'
import { formatTime, isTerminating, nameOf, withNextGeneration } from '../resources/metadata.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { badRequest, conflict, notFound } from '../status/refusals.ts'
import { withFinalizer } from './finalizers.ts'
import { isReleased } from './update.ts'
import type { Target } from './write-options.ts'

/** How an object is deleted. */
export interface DeleteOptions {
  readonly dryRun?: boolean
  readonly gracePeriodSeconds?: number | undefined
  /** What becomes of the objects that it owns. @default 'Background' */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
  /** The deletion is meant for this object only. */
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
}

/** What became of a deletion. */
export interface DeleteOutcome {
  /** The object as it was last, in the stored form. */
  readonly object: JsonObject
  /** Whether it is gone; otherwise finalizers or its grace period hold it. */
  readonly gone: boolean
}

/** Finalizers by which the garbage collector knows what to do with dependents first. */
export const propagationFinalizers = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const

/**
 * Deletes an object, or marks it as deleted when something holds it.
 *
 * @throws StatusError
 */
export function deleteObject(
  cluster: Cluster,
  resource: ServedResource,
  target: Target,
  options: DeleteOptions = {},
): DeleteOutcome {
  const old = cluster.store.get(resource.collection, target.namespace, target.name)
  if (old === undefined) throw notFound(resource, target.name)
  checkPreconditions(resource, old, options)
  const marked = markDeleted(cluster, resource, old, options)
  const gone = isReleased(marked)
  if (options.dryRun === true) return { object: marked, gone }
  if (gone) return { object: cluster.store.remove(resource.collection, old), gone }
  if (marked === old) return { object: old, gone }
  const stored = cluster.store.put(resource.collection, marked)
  resource.strategy.afterWrite?.(stored, cluster)
  return { object: stored, gone }
}

function checkPreconditions(
  resource: ServedResource,
  old: JsonObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  const metadata = objectField(old, 'metadata')
  const refuse = (what: string, wanted: string, actual: unknown) => {
    const problem = `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${String(actual)}`
    throw conflict(resource, nameOf(old), problem)
  }
  if (uid !== undefined && uid !== metadata['uid']) refuse('UID', uid, metadata['uid'])
  if (resourceVersion !== undefined && resourceVersion !== metadata['resourceVersion']) {
    refuse('ResourceVersion', resourceVersion, metadata['resourceVersion'])
  }
}

/** The object as it looks once deleted, whether or not anything then holds it; itself when that changes nothing. */
function markDeleted(
  cluster: Cluster,
  resource: ServedResource,
  old: JsonObject,
  options: DeleteOptions,
): JsonObject {
  const grace = resource.strategy.gracePeriodSeconds?.(old, options.gracePeriodSeconds) ?? 0
  const metadata = objectField(old, 'metadata')
  const known = numberField(metadata, 'deletionGracePeriodSeconds')
  // A second deletion can only shorten the time.
  if (isTerminating(old) && (known ?? 0) <= grace) return old
  const deleted = withValue(old, ['metadata'], {
    ...metadata,
    deletionGracePeriodSeconds: grace,
    deletionTimestamp: formatTime(new Date(cluster.now().getTime() + grace * 1000)),
  })
  if (isTerminating(old)) return deleted
  const added = [...propagationFinalizer(options), ...(resource.strategy.deletionFinalizers ?? [])]
  const held = added.reduce(withFinalizer, deleted)
  const counted = resource.strategy.countsGenerations ? withNextGeneration(held) : held
  return resource.collection === 'namespaces'
    ? withValue(counted, ['status', 'phase'], 'Terminating')
    : counted
}

function propagationFinalizer({ propagation = 'Background' }: DeleteOptions): readonly string[] {
  return propagation === 'Background' ? [] : [propagationFinalizers[propagation]]
}

/**
 * The options in the body of a deletion, a `DeleteOptions` object.
 *
 * @throws StatusError 400
 */
export function parseDeleteOptions(body: JsonObject): DeleteOptions {
  const preconditions = objectField(body, 'preconditions')
  const asked = stringField(body, 'propagationPolicy')
  const orphans = body['orphanDependents']
  if (asked !== undefined && orphans !== undefined) {
    throw badRequest('orphanDependents and propagationPolicy cannot be both set')
  }
  const legacy = orphans === true ? 'Orphan' : 'Background'
  const propagation = asked ?? legacy
  if (propagation !== 'Background' && propagation !== 'Foreground' && propagation !== 'Orphan') {
    throw badRequest(`invalid propagationPolicy ${JSON.stringify(propagation)}`)
  }
  return {
    dryRun: stringsField(body, 'dryRun').includes('All'),
    gracePeriodSeconds: numberField(body, 'gracePeriodSeconds'),
    propagation,
    uid: stringField(preconditions, 'uid'),
    resourceVersion: stringField(preconditions, 'resourceVersion'),
  }
}
