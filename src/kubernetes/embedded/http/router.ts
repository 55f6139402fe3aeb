// SPDX-License-Identifier: Apache-2.0

import { methodNotAllowed, unknownPath } from '../status/refusals.ts'
import type { ResourceRequest, ServerContext } from './context.ts'
import { getRoute, listRoute, presentationOf, watchRoute } from './read-routes.ts'
import type { Reply, StreamedReply } from './reply.ts'
import { isSet } from './request.ts'
import type { ApiRequest } from './request.ts'
import { parseResourcePath } from './request-info.ts'
import { serverRoute } from './server-routes.ts'
import { subresourceRoute } from './subresource-routes.ts'
import { createRoute, deleteManyRoute, deleteRoute, patchRoute, updateRoute } from './write-routes.ts'

/** Answers a request. @throws StatusError */
export function route(server: ServerContext, request: ApiRequest): Reply | StreamedReply | Promise<Reply> {
  const target = findTarget(server, request)
  if (target === undefined) return serverRoute(server, request)
  if (target.path.subresource !== undefined) return subresourceRoute(target)
  return target.path.name === undefined ? collectionRoute(target) : objectRoute(target)
}

/** The resource that a request names; undefined when its path is not one of a resource. */
export function findTarget(server: ServerContext, request: ApiRequest): ResourceRequest | undefined {
  const path = parseResourcePath(request.path)
  if (path === undefined) return undefined
  const resource = server.cluster.registry.find(path.group, path.version, path.plural)
  // An object of a namespaced resource is below a namespace; one of a cluster-scoped resource is not.
  const misplaced =
    resource?.namespaced === true ? path.name !== undefined && path.namespace === '' : path.namespace !== ''
  if (resource === undefined || misplaced) throw unknownPath()
  return { server, request, resource, path }
}

function collectionRoute(target: ResourceRequest): Reply | StreamedReply | Promise<Reply> {
  switch (target.request.method) {
    case 'GET':
    case 'HEAD':
      return listRoute(target)
    case 'POST':
      return createRoute(target)
    case 'DELETE':
      return deleteManyRoute(target)
    default:
      throw methodNotAllowed(target.resource, target.request.method.toLowerCase())
  }
}

function objectRoute(target: ResourceRequest): Reply | StreamedReply | Promise<Reply> {
  switch (target.request.method) {
    case 'GET':
    case 'HEAD':
      return isSet(target.request.query, 'watch')
        ? watchRoute(target, presentationOf(target))
        : getRoute(target)
    case 'PUT':
      return updateRoute(target)
    case 'PATCH':
      return patchRoute(target)
    case 'DELETE':
      return deleteRoute(target)
    default:
      throw methodNotAllowed(target.resource, target.request.method.toLowerCase())
  }
}
