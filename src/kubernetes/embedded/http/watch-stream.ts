// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { JsonObject, Log } from '../../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { StatusError } from '../status/status-error.ts'
import { createTable, toPartialMetadata } from '../tables/table.ts'
import { watchObjects } from '../verbs/watch.ts'
import type { Watch, WatchEvent, WatchRequest } from '../verbs/watch.ts'
import type { Presentation } from './present.ts'
import type { StreamedReply } from './reply.ts'

/** How a watch is streamed. */
export interface WatchStreamOptions {
  readonly request: WatchRequest
  readonly presentation: Presentation
  readonly timeoutSeconds: number
  /** Where the watch is entered while it is open. */
  readonly watches: Set<ServerResponse>
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
    response.setHeader('content-type', 'application/json')
    response.setHeader('cache-control', 'no-cache, private')
    using stack = new DisposableStack()
    const watch = startWatch(cluster, resource, options.request, tell)
    if (watch instanceof StatusError) {
      // As the real server does it: what is too old is told as the only event of a stream.
      sink.write({ type: 'ERROR', object: watch.toStatus() })
      response.end()
      return
    }
    sink.bound()
    options.watches.add(response)
    stack.defer(() => {
      options.watches.delete(response)
      watch.close()
    })
    const sendBookmark = () => {
      if (options.request.allowBookmarks === true) tell(watch.bookmark())
    }
    const bookmarks = setInterval(sendBookmark, bookmarkIntervalMs)
    const end = setTimeout(() => {
      sendBookmark()
      response.end()
    }, options.timeoutSeconds * 1000)
    stack.defer(() => {
      clearInterval(bookmarks)
      clearTimeout(end)
    })
    response.flushHeaders()
    if (!response.closed) await once(response, 'close')
  }
}

/** @throws StatusError for a request that cannot be understood */
function startWatch(
  cluster: Cluster,
  resource: ServedResource,
  request: WatchRequest,
  tell: (event: WatchEvent) => void,
): Watch | StatusError {
  try {
    return watchObjects(cluster, resource, request, tell)
  } catch (error) {
    if (error instanceof StatusError && error.code === 410) return error
    throw error
  }
}

class WatchSink {
  // What is there at the beginning is told at once, however much it is.
  #allowed = Infinity
  readonly #response: ServerResponse
  readonly #options: WatchStreamOptions

  constructor(response: ServerResponse, options: WatchStreamOptions) {
    this.#response = response
    this.#options = options
  }

  /** From here on, the client may leave as much unread as it does now, and the bound. */
  bound(): void {
    this.#allowed = this.#response.writableLength + this.#options.bufferBytes
  }

  write(event: JsonObject): void {
    const response = this.#response
    if (response.writableEnded || response.destroyed) return
    response.write(`${JSON.stringify(event)}\n`)
    if (response.writableLength <= this.#allowed) return
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
