// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import { applyStrategicMerge } from '../patch/strategic-merge.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import type { ObjectSchema } from '../schema/schema.ts'
import { badRequest, notFound, unsupportedMediaType } from '../status/refusals.ts'
import { updateObject } from './update.ts'
import type { UpdateOutcome } from './update.ts'
import type { Target, WriteOptions } from './write-options.ts'

/** The three ways to say a change by its difference. */
export type PatchType = 'json' | 'merge' | 'strategic'

/** A change by its difference. */
export interface Patch {
  readonly target: Target
  readonly type: PatchType
  readonly patch: JsonValue
  readonly options: WriteOptions
  readonly subresource?: string
}

const customPatchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
]

/**
 * Changes an object by a patch.
 *
 * @throws StatusError
 */
export function patchObject(cluster: Cluster, resource: ServedResource, request: Patch): UpdateOutcome {
  const { target, type, patch, options, subresource } = request
  if (type === 'strategic' && resource.custom) throw unsupportedMediaType(customPatchTypes)
  const old = cluster.store.get(resource.collection, target.namespace, target.name)
  if (old === undefined) throw notFound(resource, target.name)
  const body = patched(resource.fromStored(old), { type, patch }, resource.schema)
  return updateObject(cluster, resource, {
    target,
    body,
    options,
    ...(subresource === undefined ? {} : { subresource }),
  })
}

/** @throws StatusError 400 when the patch is not one, or does not leave an object */
export function patched(
  served: JsonObject,
  { type, patch }: { readonly type: PatchType; readonly patch: JsonValue },
  schema: ObjectSchema,
): JsonObject {
  if (type !== 'json' && !isJsonObject(patch))
    throw badRequest('error decoding patch: the patch is not an object')
  const result =
    type === 'json'
      ? applyJsonPatch(served, patch)
      : type === 'merge' || !isJsonObject(patch)
        ? applyMergePatch(served, patch)
        : applyStrategicMerge(served, patch, schema)
  if (!isJsonObject(result)) throw badRequest('the patch does not leave an object')
  return result
}
