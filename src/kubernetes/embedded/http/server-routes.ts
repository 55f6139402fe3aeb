// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../base/index.ts'
import { aggregatedCore, aggregatedGroups } from '../discovery/aggregated.ts'
import { coreVersions, groupList, resourceList, singleGroup } from '../discovery/legacy.ts'
import { serverVersion } from '../discovery/version.ts'
import { openApiV2Type } from '../openapi/v2-protobuf.ts'
import { unknownPath } from '../status/refusals.ts'
import { negotiate } from './accept.ts'
import type { ServerContext } from './context.ts'
import type { Reply } from './reply.ts'
import type { ApiRequest } from './request.ts'

const healthPaths = new Set(['healthz', 'livez', 'readyz'])

/** Answers what is not about a resource: discovery, OpenAPI, version, health. @throws StatusError 404 */
export function serverRoute(server: ServerContext, request: ApiRequest): Reply {
  const [first = ''] = request.path
  if (request.method !== 'GET' && request.method !== 'HEAD') throw unknownPath()
  if (healthPaths.has(first)) return { code: 200, body: 'ok' }
  if (first === 'openapi') return openApiRoute(server, request)
  if (first === 'version' && request.path.length === 1) return { code: 200, body: serverVersion }
  if (first === '') return { code: 200, body: { paths: rootPaths(server) } }
  const body = first === 'api' || first === 'apis' ? discovery(server, request) : undefined
  if (body === undefined) throw unknownPath()
  return body
}

function rootPaths({ cluster }: ServerContext): readonly string[] {
  const groups = cluster.registry.groupVersions().map(({ group, version }) => `/apis/${group}/${version}`)
  return [
    '/api',
    '/api/v1',
    '/apis',
    ...groups.filter((path) => !path.startsWith('/apis//')),
    '/healthz',
    '/livez',
    '/openapi/v3',
    '/readyz',
    '/version',
  ]
}

function discovery({ cluster }: ServerContext, request: ApiRequest): Reply | undefined {
  const { registry } = cluster
  const [root, group, version, ...more] = request.path
  const wanted = negotiate(request.accept).discovery
  if (more.length > 0) return undefined
  if (root === 'api') {
    if (group === undefined) {
      return wanted === undefined
        ? tagged(request, coreVersions(request.host))
        : tagged(request, aggregatedCore(registry, wanted), wanted)
    }
    return version === undefined ? found(request, resourceList(registry, '', group)) : undefined
  }
  if (group === undefined) {
    return wanted === undefined
      ? tagged(request, groupList(registry))
      : tagged(request, aggregatedGroups(registry, wanted), wanted)
  }
  return found(
    request,
    version === undefined ? singleGroup(registry, group) : resourceList(registry, group, version),
  )
}

function found(request: ApiRequest, body: JsonObject | undefined): Reply | undefined {
  return body === undefined ? undefined : tagged(request, body)
}

/** An answer that a client can keep: kubectl asks again with the tag of what it has. */
function tagged(request: ApiRequest, body: JsonObject, discoveryVersion?: string): Reply {
  const text = JSON.stringify(body)
  const etag = `"${createHash('sha256').update(text).digest('hex')}"`
  const headers = { etag, vary: 'Accept' }
  const parameters =
    discoveryVersion === undefined
      ? ''
      : `;g=apidiscovery.k8s.io;v=${discoveryVersion};as=APIGroupDiscoveryList`
  const contentType = `application/json${parameters}`
  // The client lays the headers of a 304 over what it kept, so the type is repeated.
  if (request.ifNoneMatch === etag) return { code: 304, body: '', contentType, headers }
  return { code: 200, body: text, contentType, headers }
}

function openApiRoute({ openApi }: ServerContext, request: ApiRequest): Reply {
  const [, version, ...rest] = request.path
  if (version === 'v2' && rest.length === 0)
    return { code: 200, body: openApi.v2(), contentType: openApiV2Type }
  if (version !== 'v3') throw unknownPath()
  if (rest.length === 0) return tagged(request, openApi.index())
  const document = openApi.get(rest.join('/'))
  if (document === undefined) throw unknownPath()
  return { code: 200, body: document, contentType: 'application/json' }
}
