// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { numberField, objectField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { valueAt, withValue } from '../json/edit.ts'
import type { ScalePaths, ServedResource } from '../resources/served-resource.ts'
import { builtinType } from '../schema/builtin-types.ts'
import { invalid, invalidObject } from '../status/field-error.ts'
import { badRequest, conflict, notFound, staleObject, unknownPath } from '../status/refusals.ts'
import { formatSelector } from '../storage/selector-object.ts'
import { patched } from './patch.ts'
import type { PatchType } from './patch.ts'
import { updateObject } from './update.ts'
import type { Target, WriteOptions } from './write-options.ts'

/** The `Scale` of an object. @throws StatusError 404 */
export function getScale(cluster: Cluster, resource: ServedResource, target: Target): JsonObject {
  return scaleOf(stored(cluster, resource, target), pathsOf(resource))
}

/**
 * Changes the number of replicas by a whole `Scale`.
 *
 * @throws StatusError
 */
export function updateScale(
  cluster: Cluster,
  resource: ServedResource,
  { target, body, options }: { target: Target; body: JsonObject; options: WriteOptions },
): JsonObject {
  const paths = pathsOf(resource)
  const old = stored(cluster, resource, target)
  const replicas = numberField(objectField(body, 'spec'), 'replicas') ?? 0
  const version = objectField(body, 'metadata')['resourceVersion']
  const current = objectField(old, 'metadata')['resourceVersion']
  if (version !== undefined && version !== '' && version !== current)
    throw conflict(resource, target.name, staleObject)
  if (!Number.isInteger(replicas))
    throw badRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas is not an integer')
  if (replicas < 0) {
    const problem = invalid('spec.replicas', replicas, 'must be greater than or equal to 0')
    throw invalidObject({ group: 'autoscaling', kind: 'Scale', name: target.name }, [problem])
  }
  const changed = withValue(old, paths.specReplicas, replicas)
  const { object } = updateObject(cluster, resource, {
    target,
    body: resource.fromStored(changed),
    options: { ...options, fieldValidation: 'Ignore' },
    subresource: 'scale',
  })
  return scaleOf(object, paths)
}

/** Changes the number of replicas by a patch of the `Scale`. @throws StatusError */
export function patchScale(
  cluster: Cluster,
  resource: ServedResource,
  request: { target: Target; type: PatchType; patch: JsonValue; options: WriteOptions },
): JsonObject {
  const { target, type, patch, options } = request
  const body = patched(getScale(cluster, resource, target), { type, patch }, builtinType('Scale'))
  return updateScale(cluster, resource, { target, body, options })
}

function pathsOf({ scale }: ServedResource): ScalePaths {
  if (scale === undefined) throw unknownPath()
  return scale
}

function stored({ store }: Cluster, resource: ServedResource, { namespace, name }: Target): JsonObject {
  const object = store.get(resource.collection, namespace, name)
  if (object === undefined) throw notFound(resource, name)
  return object
}

function scaleOf(object: JsonObject, { specReplicas, statusReplicas, selector }: ScalePaths): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = objectField(object, 'metadata')
  const found = selector === undefined ? undefined : valueAt(object, selector)
  const text = isJsonObject(found) ? formatSelector(found) : typeof found === 'string' ? found : undefined
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberOr0(valueAt(object, specReplicas)) },
    status: {
      replicas: numberOr0(valueAt(object, statusReplicas)),
      ...(text === undefined ? {} : { selector: text }),
    },
  }
}

function numberOr0(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0
}
