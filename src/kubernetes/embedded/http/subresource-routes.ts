// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../resources/fields.ts'
import type { PodLogRequest } from '../hooks.ts'
import { withValue } from '../json/edit.ts'
import { nameOf } from '../resources/metadata.ts'
import { badRequest, methodNotAllowed, notOffered, unknownPath } from '../status/refusals.ts'
import { successStatus } from '../status/status-error.ts'
import type { StatusError } from '../status/status-error.ts'
import { bindPod } from '../verbs/bind.ts'
import { deleteObject, parseDeleteOptions } from '../verbs/delete.ts'
import { getScale, patchScale, updateScale } from '../verbs/scale.ts'
import { storeChange } from '../verbs/update.ts'
import { parseObject } from './body.ts'
import type { ResourceRequest } from './context.ts'
import { getRoute, storedObject } from './read-routes.ts'
import type { Reply, StreamedReply } from './reply.ts'
import { isSet, numberParam } from './request.ts'
import { patchRoute, readPatch, targetOf, updateRoute } from './write-routes.ts'
import { writeOptions } from './write-parameters.ts'

/** Answers a request below an object. @throws StatusError 404, 405, 501 */
export function subresourceRoute(target: ResourceRequest): Reply | StreamedReply | Promise<Reply> {
  const { resource, path, request } = target
  const known = resource.subresources.find((one) => one.name === path.subresource)
  if (known === undefined) throw unknownPath()
  const verb = verbs.get(request.method) ?? request.method
  if (!known.verbs.includes(verb)) throw methodNotAllowed(resource, verb)
  switch (known.name) {
    case 'status':
      return statusRoute(target)
    case 'scale':
      return scaleRoute(target)
    case 'finalize':
      return finalizeRoute(target)
    case 'binding':
      return bindingRoute(target)
    case 'eviction':
      return evictionRoute(target)
    case 'log':
      return logRoute(target)
    default:
      throw streamRefusal(target, known.name)
  }
}

/** Streams are opened by a request to change the protocol, which does not come this way. */
function streamRefusal({ server: { hooks } }: ResourceRequest, name: string): StatusError {
  const isServed = hooks.stream !== undefined || (hooks.exec !== undefined && name !== 'portforward')
  return isServed ? badRequest('Upgrade request required') : notOffered(name)
}

const verbs: ReadonlyMap<string, string> = new Map([
  ['GET', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
])

function statusRoute(target: ResourceRequest): Reply | Promise<Reply> {
  if (target.request.method === 'GET') return getRoute(target)
  return target.request.method === 'PUT' ? updateRoute(target) : patchRoute(target)
}

async function scaleRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server } = target
  const address = targetOf(target)
  if (request.method === 'GET') return { code: 200, body: getScale(server.cluster, resource, address) }
  const options = writeOptions(request)
  if (request.method === 'PUT') {
    const body = parseObject(await request.body(), request.contentType)
    return { code: 200, body: updateScale(server.cluster, resource, { target: address, body, options }) }
  }
  const { type, patch } = await readPatch(request)
  if (type === 'apply') throw methodNotAllowed(resource, 'apply')
  return { code: 200, body: patchScale(server.cluster, resource, { target: address, type, patch, options }) }
}

/** Takes finalizers off the spec of a namespace. */
async function finalizeRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server } = target
  const old = storedObject(target)
  const body = parseObject(await request.body(), request.contentType)
  const finalizers = objectField(body, 'spec')['finalizers'] ?? []
  const object = storeChange(server.cluster, resource, {
    old,
    object: withValue(old, ['spec', 'finalizers'], finalizers),
    dryRun: false,
  })
  return { code: 200, body: object }
}

/** Gives a pod to a node, as a scheduler does. */
async function bindingRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server } = target
  const pod = storedObject(target)
  const body = parseObject(await request.body(), request.contentType)
  const node = stringField(objectField(body, 'target'), 'name') ?? ''
  bindPod(server.cluster, resource, { pod, node })
  return {
    code: 201,
    body: successStatus({ name: nameOf(pod), group: resource.group, kind: resource.plural }),
  }
}

async function evictionRoute(target: ResourceRequest): Promise<Reply> {
  const { request, resource, server } = target
  const body = parseObject(await request.body(), request.contentType)
  deleteObject(
    server.cluster,
    resource,
    targetOf(target),
    parseDeleteOptions(objectField(body, 'deleteOptions')),
  )
  return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}

function logRoute(target: ResourceRequest): StreamedReply {
  const { server, request, path } = target
  const { query } = request
  const pod = storedObject(target)
  const container = containerOf(pod, query.get('container') ?? '')
  const { logs } = server.hooks
  if (logs === undefined) throw notOffered('logs', 'are')
  const asked: PodLogRequest = {
    namespace: path.namespace,
    name: path.name ?? '',
    pod,
    container,
    follow: isSet(query, 'follow'),
    previous: isSet(query, 'previous'),
    timestamps: isSet(query, 'timestamps'),
    tailLines: numberParam(query, 'tailLines'),
    sinceSeconds: numberParam(query, 'sinceSeconds'),
    limitBytes: numberParam(query, 'limitBytes'),
    signal: request.signal,
  }
  return async (response) => {
    const lines = Readable.from(logs(asked))
    // Unless it is to be waited for, a log that cannot be read is refused while it still can be.
    if (!asked.follow) await once(lines, 'readable')
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.flushHeaders()
    await pipeline(lines, response)
  }
}

/** The container that is meant: the named one, or the only one. @throws StatusError 400 */
export function containerOf(pod: JsonObject, asked: string): string {
  const spec = objectField(pod, 'spec')
  const names = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((key) =>
    objectsField(spec, key).map((one) => stringField(one, 'name') ?? ''),
  )
  if (asked !== '') {
    if (names.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${nameOf(pod)}`)
  }
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  throw badRequest(
    `a container name must be specified for pod ${nameOf(pod)}, choose one of: [${names.join(' ')}]`,
  )
}
