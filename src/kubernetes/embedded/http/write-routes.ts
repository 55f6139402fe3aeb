// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { badRequest, methodNotAllowed, unsupportedMediaType } from '../status/refusals.ts'
import { successStatus } from '../status/status-error.ts'
import { nameOf, namespaceOf } from '../resources/metadata.ts'
import { objectField, stringField } from '../../resources/fields.ts'
import { applyObject } from '../verbs/apply.ts'
import { createObject } from '../verbs/create.ts'
import { deleteObject } from '../verbs/delete.ts'
import { listObjects } from '../verbs/list.ts'
import { patchObject } from '../verbs/patch.ts'
import type { PatchType } from '../verbs/patch.ts'
import { updateObject } from '../verbs/update.ts'
import type { Target } from '../verbs/write-options.ts'
import { mediaType, parseJsonValue, parseObject, parseYamlValue } from './body.ts'
import type { ResourceRequest } from './context.ts'
import { presentList, presentObject } from './present.ts'
import { presentationOf, selectionOf } from './read-routes.ts'
import type { Reply } from './reply.ts'
import type { ApiRequest } from './request.ts'
import { isSet } from './request.ts'
import { deleteOptions, writeOptions } from './write-parameters.ts'

/** The object that a path names. */
export function targetOf({ path }: ResourceRequest): Target {
  return { namespace: path.namespace, name: path.name ?? '' }
}

/** Answers POST of a new object. */
export async function createRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server, path } = target
  // A namespaced object can only be created below its namespace.
  if (resource.namespaced && path.namespace === '') throw methodNotAllowed(resource, 'create')
  const presentation = presentationOf(target)
  const body = parseObject(await request.body(), request.contentType)
  const options = writeOptions(request)
  const object = createObject(server.cluster, resource, { namespace: path.namespace, body, options })
  const { format } = presentation.representation
  return { code: 201, body: presentObject(resource, object, presentation), format }
}

/** Answers PUT of an object, or of its status. */
export async function updateRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server, path } = target
  const presentation = presentationOf(target)
  const body = parseObject(await request.body(), request.contentType)
  const { object, created } = updateObject(server.cluster, resource, {
    target: targetOf(target),
    body,
    options: writeOptions(request),
    ...(path.subresource === undefined ? {} : { subresource: path.subresource }),
  })
  const { format } = presentation.representation
  return { code: created ? 201 : 200, body: presentObject(resource, object, presentation), format }
}

const patchTypes: ReadonlyMap<string, PatchType | 'apply'> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
])

/** A patch as it came: its type and content. @throws StatusError 400, 415 */
export async function readPatch(
  request: ApiRequest,
): Promise<{ readonly type: PatchType | 'apply'; readonly patch: JsonValue }> {
  const type = patchTypes.get(mediaType(request.contentType))
  if (type === undefined) throw unsupportedMediaType([...patchTypes.keys()])
  const bytes = await request.body()
  return { type, patch: type === 'apply' ? parseYamlValue(bytes) : parseJsonValue(bytes) }
}

/** Answers PATCH of an object, or of its status, in all four ways. */
export async function patchRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server, path } = target
  const presentation = presentationOf(target)
  const options = writeOptions(request)
  const { type, patch } = await readPatch(request)
  const subresource = path.subresource === undefined ? {} : { subresource: path.subresource }
  const common = { target: targetOf(target), options, ...subresource }
  const { object, created } =
    type === 'apply'
      ? applyObject(server.cluster, resource, {
          ...common,
          body: appliedBody(request, patch),
          force: isSet(request.query, 'force'),
        })
      : patchObject(server.cluster, resource, { ...common, type, patch })
  const { format } = presentation.representation
  return { code: created ? 201 : 200, body: presentObject(resource, object, presentation), format }
}

function appliedBody({ query }: ApiRequest, patch: JsonValue): JsonObject {
  if (!isJsonObject(patch)) throw badRequest('error decoding YAML: the configuration is not an object')
  if ((query.get('fieldManager') ?? '') === '') {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )
  }
  return patch
}

/** Answers DELETE of one object. */
export async function deleteRoute(target: ResourceRequest): Promise<Reply> {
  const { resource, server } = target
  const presentation = presentationOf(target)
  const options = await deleteOptions(target.request)
  const { object, gone } = deleteObject(server.cluster, resource, targetOf(target), options)
  const { format } = presentation.representation
  if (!gone) return { code: 200, body: presentObject(resource, object, presentation), format }
  const uid = stringField(objectField(object, 'metadata'), 'uid')
  const details = { name: nameOf(object), group: resource.group, kind: resource.plural, uid }
  return { code: 200, body: successStatus(details), format }
}

/** Answers DELETE of all objects that a selector fits. */
export async function deleteManyRoute(target: ResourceRequest): Promise<Reply> {
  const { resource, server } = target
  const presentation = presentationOf(target)
  const options = await deleteOptions(target.request)
  const outcome = listObjects(server.cluster, resource, selectionOf(target))
  for (const object of outcome.objects) {
    deleteObject(server.cluster, resource, { namespace: namespaceOf(object), name: nameOf(object) }, options)
  }
  const { format } = presentation.representation
  return { code: 200, body: presentList(resource, outcome, presentation), format }
}
