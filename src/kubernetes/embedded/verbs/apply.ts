// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringField } from '../../resources/fields.ts'
import { noFields } from '../apply/field-set.ts'
import { fieldsAppliedByClient, withSyncedAnnotation } from '../apply/last-applied.ts'
import { ownershipsOf } from '../apply/managed-fields.ts'
import type { OwnershipKey } from '../apply/managed-fields.ts'
import { applyConfig } from '../apply/server-side-apply.ts'
import type { Applied } from '../apply/server-side-apply.ts'
import type { Cluster } from '../cluster.ts'
import { withoutValue, withValue, withValueOf } from '../json/edit.ts'
import { formatTime } from '../resources/metadata.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { badRequest, conflict, staleObject } from '../status/refusals.ts'
import { StatusError } from '../status/status-error.ts'
import { createObject } from './create.ts'
import { decodeBody } from './decode-body.ts'
import { updateObject } from './update.ts'
import type { UpdateOutcome } from './update.ts'
import type { Target, WriteOptions } from './write-options.ts'

/** The manager that kubectl is unless its user names another one. */
const kubectl = 'kubectl'

/** A server-side apply. */
export interface Apply {
  readonly target: Target
  readonly body: JsonObject
  readonly options: WriteOptions
  readonly force: boolean
  readonly subresource?: string
}

/**
 * Applies a configuration in the name of a field manager; creates the object when it is missing.
 *
 * @throws StatusError, 409 for fields that another manager owns with other values
 */
export function applyObject(cluster: Cluster, resource: ServedResource, request: Apply): UpdateOutcome {
  const { target, body, options, subresource } = request
  if (objectField(body, 'metadata')['managedFields'] !== undefined) {
    throw badRequest('metadata.managedFields must be nil')
  }
  const config = scopedConfig(resource, decodeConfig(resource, body, target), subresource)
  const old = cluster.store.get(resource.collection, target.namespace, target.name)
  if (old === undefined) {
    const { ownerships } = application(cluster, resource, request, { config, live: {} })
    return {
      object: createObject(cluster, resource, {
        ...target,
        body: resource.fromStored(config),
        options,
        ownerships,
      }),
      created: true,
    }
  }
  checkVersion(resource, config, old, target.name)
  const { object, ownerships } = application(cluster, resource, request, { config, live: old })
  const synced = options.fieldManager === kubectl ? withSyncedAnnotation(object, body) : object
  const next = withValueOf(synced, ['metadata', 'resourceVersion'], old)
  return updateObject(cluster, resource, {
    target,
    body: resource.fromStored(next),
    options: { ...options, fieldValidation: 'Ignore' },
    ownerships,
    ...(subresource === undefined ? {} : { subresource }),
  })
}

function application(
  cluster: Cluster,
  resource: ServedResource,
  { options, force, subresource }: Apply,
  { config, live }: { config: JsonObject; live: JsonObject },
): Applied {
  const key: OwnershipKey = {
    manager: options.fieldManager,
    operation: 'Apply',
    apiVersion: apiVersionText(resource),
    subresource: subresource ?? '',
  }
  const { storedSchema: schema } = resource
  return applyConfig(live, ownershipsOf(live), {
    key,
    config,
    schema,
    force,
    free: options.fieldManager === kubectl ? fieldsAppliedByClient(live, schema) : noFields,
    time: formatTime(cluster.now()),
  })
}

/** A configuration that names a field that the type does not have is refused as the merge of the real server does. */
function decodeConfig(resource: ServedResource, body: JsonObject, { namespace, name }: Target): JsonObject {
  const unknown: string[] = []
  const config = decodeBody(resource, body, { fieldValidation: 'Warn', warn: (text) => unknown.push(text) })
  const [first] = unknown
  if (first !== undefined) {
    const path = /"(.*)"/.exec(first)?.[1] ?? ''
    const where = `${namespace}/${name}; ${apiVersionText(resource)}, Kind=${resource.kind}`
    const message = `failed to create typed patch object (${where}): .${path}: field not declared in schema`
    throw new StatusError({ code: 500, reason: '', message })
  }
  return withValue(withValue(config, ['metadata', 'name'], name), ['metadata', 'namespace'], namespace)
}

/** Only the part that the path is for: the status below `status`, all but the status elsewhere. */
function scopedConfig(
  resource: ServedResource,
  config: JsonObject,
  subresource: string | undefined,
): JsonObject {
  if (subresource === 'status') {
    const { apiVersion, kind, metadata, status } = config
    const kept = resource.custom ? ownName(config) : metadata
    return { apiVersion, kind, metadata: kept, ...(status === undefined ? {} : { status }) }
  }
  return resource.strategy.separateStatus ? withoutValue(config, ['status']) : config
}

function ownName(config: JsonObject): JsonObject {
  const { name, namespace, resourceVersion } = objectField(config, 'metadata')
  return { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) }
}

function checkVersion(resource: ServedResource, config: JsonObject, old: JsonObject, name: string): void {
  const given = stringField(objectField(config, 'metadata'), 'resourceVersion')
  if (given === undefined || given === objectField(old, 'metadata')['resourceVersion']) return
  throw conflict(resource, name, staleObject)
}
