// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { JsonObject, Log } from '../../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { StatusError } from '../status/status-error.ts'
import { createTable, toPartialMetadata } from '../tables/table.ts'
import { watchObjects } from '../verbs/watch.ts'
import type { WatchEvent, WatchRequest } from '../verbs/watch.ts'
import type { Presentation } from './present.ts'
import type { StreamedReply } from './reply.ts'

/** How a watch is streamed. */
export interface WatchStreamOptions {
  readonly request: WatchRequest
  readonly presentation: Presentation
  readonly timeoutSeconds: number
  /** What a client may leave unread before its watch is cut. */
  readonly bufferBytes: number
  readonly log: Log
}

const bookmarkIntervalMs = 60_000

/** A watch as lines of JSON, one per event, until the time is over, the client is gone or does not keep up. */
export function streamWatch(
  cluster: Cluster,
  resource: ServedResource,
  options: WatchStreamOptions,
): StreamedReply {
  return async (response) => {
    const sink = new WatchSink(response, options)
    const toObject = presenter(resource, options.presentation)
    const tell = ({ type, object }: WatchEvent) => sink.write({ type, object: toObject(object) })
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
    response.flushHeaders()
    using stack = new DisposableStack()
    try {
      const watch = watchObjects(cluster, resource, options.request, tell)
      stack.defer(watch.close)
      if (options.request.allowBookmarks === true) {
        const timer = setInterval(() => tell(watch.bookmark()), bookmarkIntervalMs)
        stack.defer(() => clearInterval(timer))
      }
    } catch (error) {
      // The answer has begun, so the refusal is told as the last event of the stream.
      if (!(error instanceof StatusError)) throw error
      sink.write({ type: 'ERROR', object: error.toStatus() })
      response.end()
    }
    const timer = setTimeout(() => response.end(), options.timeoutSeconds * 1000)
    stack.defer(() => clearTimeout(timer))
    if (!response.closed) await once(response, 'close')
  }
}

class WatchSink {
  readonly #response: ServerResponse
  readonly #options: WatchStreamOptions

  constructor(response: ServerResponse, options: WatchStreamOptions) {
    this.#response = response
    this.#options = options
  }

  write(event: JsonObject): void {
    const response = this.#response
    if (response.writableEnded || response.destroyed) return
    response.write(`${JSON.stringify(event)}\n`)
    if (response.writableLength <= this.#options.bufferBytes) return
    this.#options.log.warn(
      { bytes: response.writableLength },
      'a watch is cut because its client does not read it',
    )
    response.destroy()
  }
}

function presenter(resource: ServedResource, presentation: Presentation): (object: JsonObject) => JsonObject {
  const { representation, include, now } = presentation
  const { as, version } = representation
  if (as === 'object') return (object) => object
  if (as === 'metadata') return (object) => toPartialMetadata(object, version)
  let withDefinitions = true
  return (object) => {
    const table = createTable({
      columns: resource.columns,
      objects: [object],
      include,
      version,
      now: now(),
      withDefinitions,
    })
    withDefinitions = false
    return table
  }
}
