// SPDX-License-Identifier: Apache-2.0

import { randomInt } from 'node:crypto'
import type { JsonObject } from '../../../base/index.ts'
import { notFound } from '../status/refusals.ts'
import { listObjects } from '../verbs/list.ts'
import type { SelectionRequest } from '../verbs/selection.ts'
import { negotiate } from './accept.ts'
import type { ResourceRequest } from './context.ts'
import { parseInclude, presentList, presentObject } from './present.ts'
import type { Presentation } from './present.ts'
import type { Reply, StreamedReply } from './reply.ts'
import { isSet, numberParam } from './request.ts'
import { streamWatch } from './watch-stream.ts'

/** How the answer to a request shows objects. @throws StatusError 400, 406 */
export function presentationOf({ request, server }: ResourceRequest): Presentation {
  return {
    representation: negotiate(request.accept),
    include: parseInclude(request.query.get('includeObject')),
    now: server.cluster.now,
  }
}

/** The stored object that a path names. @throws StatusError 404 */
export function storedObject({ server, resource, path }: ResourceRequest): JsonObject {
  const object = server.cluster.store.get(resource.collection, path.namespace, path.name ?? '')
  if (object === undefined) throw notFound(resource, path.name ?? '')
  return object
}

/** Answers GET for one object. */
export function getRoute(target: ResourceRequest): Reply {
  const presentation = presentationOf(target)
  const body = presentObject(target.resource, storedObject(target), presentation)
  return { code: 200, body, format: presentation.representation.format }
}

/** Answers GET for many objects: a list, or a watch. */
export function listRoute(target: ResourceRequest): Reply | StreamedReply {
  const { query } = target.request
  const presentation = presentationOf(target)
  if (isSet(query, 'watch')) return watchRoute(target, presentation)
  const outcome = listObjects(target.server.cluster, target.resource, {
    ...selectionOf(target),
    resourceVersion: query.get('resourceVersion') ?? undefined,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
    limit: numberParam(query, 'limit'),
    continueToken: query.get('continue') || undefined,
  })
  const body = presentList(target.resource, outcome, presentation)
  return { code: 200, body, format: presentation.representation.format }
}

/** The objects that a request selects. */
export function selectionOf({ request: { query }, path }: ResourceRequest): SelectionRequest {
  return {
    namespace: path.namespace,
    name: path.name,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
  }
}

const maxWatchSeconds = 24 * 3600
const leastWatchSeconds = 1800

/** Answers a watch of many objects, or of one. */
export function watchRoute(target: ResourceRequest, presentation: Presentation): StreamedReply {
  const { query } = target.request
  const { cluster, watches, watchBufferBytes } = target.server
  const initial = query.get('sendInitialEvents')
  const asked = numberParam(query, 'timeoutSeconds') ?? 0
  // Without a wish, watches end at different times, so that not all clients come back at once.
  const timeoutSeconds =
    asked > 0 ? Math.min(asked, maxWatchSeconds) : randomInt(leastWatchSeconds, 2 * leastWatchSeconds)
  return streamWatch(cluster, target.resource, {
    request: {
      ...selectionOf(target),
      resourceVersion: query.get('resourceVersion') ?? undefined,
      resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
      sendInitialEvents: initial === null ? undefined : initial === 'true',
      allowBookmarks: isSet(query, 'allowWatchBookmarks'),
    },
    presentation,
    timeoutSeconds,
    watches,
    bufferBytes: watchBufferBytes,
    log: cluster.log,
  })
}
