// SPDX-License-Identifier: Apache-2.0

import type { ServerResponse } from 'node:http'
import type { Cluster } from '../cluster.ts'
import type { EmbeddedHooks } from '../hooks.ts'
import type { OpenApiDocuments } from '../openapi/documents.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import type { ApiRequest } from './request.ts'
import type { ResourcePath } from './request-info.ts'

/** What all routes share. */
export interface ServerContext {
  readonly cluster: Cluster
  readonly hooks: EmbeddedHooks
  readonly openApi: OpenApiDocuments
  /** Answers of the watches that are open. */
  readonly watches: Set<ServerResponse>
  /** What a client of a watch may leave unread. */
  readonly watchBufferBytes: number
}

/** A request for a resource. */
export interface ResourceRequest {
  readonly server: ServerContext
  readonly request: ApiRequest
  readonly resource: ServedResource
  readonly path: ResourcePath
}
