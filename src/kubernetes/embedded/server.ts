// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import { silentLog } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import { createCluster, fillCluster } from './cluster-setup.ts'
import type { Cluster } from './cluster.ts'
import { startControllers } from './controllers/controllers.ts'
import type { EmbeddedHooks } from './hooks.ts'
import { createListener } from './http/listener.ts'
import { EmbeddedApi } from './embedded-api.ts'
import { OpenApiDocuments } from './openapi/documents.ts'

/** Bounds of an embedded API server; each has a default. */
export interface EmbeddedLimits {
  /** Largest request body. @default 3 MiB, as of the real server */
  readonly bodyBytes?: number
  /** What the client of a watch may leave unread before it is cut off. @default 8 MiB */
  readonly watchBufferBytes?: number
  /** Changes per resource that a watch can still ask for; older ones are answered with 410. @default 1000 */
  readonly eventHistory?: number
  /** Objects of all kinds together. @default 100000 */
  readonly objects?: number
  /** Open connections. @default 1024 */
  readonly connections?: number
}

/** How an embedded API server is started. */
export interface EmbeddedApiServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 takes a free one. @default 0 */
  readonly port?: number
  /** A listening socket that is already open, instead of host and port; it may be one of another network namespace. */
  readonly listenFd?: number
  /** Bearer token that every request must carry. kubectl sends none over plain HTTP. */
  readonly token?: string
  /** Custom resource definitions besides that of network attachment definitions. */
  readonly definitions?: readonly JsonObject[]
  readonly hooks?: EmbeddedHooks
  readonly limits?: EmbeddedLimits
  readonly log?: Log
  /** The clock, for tests. */
  readonly now?: () => Date
}

interface ServerParts {
  readonly controllers: Disposable
  readonly watches: ReadonlySet<ServerResponse>
}

/**
 * A Kubernetes API server in memory, for the lab and for tests: kubectl and other clients use it as they use a real
 * one, within the bounds that the README of this folder names.
 */
export class EmbeddedApiServer implements AsyncDisposable {
  /** Address for clients, such as `http://127.0.0.1:40123`. */
  readonly url: string
  /** The same objects without HTTP. */
  readonly api: EmbeddedApi
  readonly #server: Server
  readonly #controllers: Disposable
  readonly #watches: ReadonlySet<ServerResponse>

  private constructor(server: Server, cluster: Cluster, parts: ServerParts) {
    this.url = urlOf(server)
    this.api = new EmbeddedApi(cluster)
    this.#server = server
    this.#controllers = parts.controllers
    this.#watches = parts.watches
  }

  /** Number of watches over HTTP that are open. */
  get openWatches(): number {
    return this.#watches.size
  }

  /** Starts a server with the namespaces and custom resource definitions of a new cluster; it listens when this resolves. */
  static async start(options: EmbeddedApiServerOptions = {}): Promise<EmbeddedApiServer> {
    const { limits = {}, log = silentLog, now = () => new Date(), definitions = [], hooks = {} } = options
    const storeLimits = { eventHistory: limits.eventHistory ?? 1000, objects: limits.objects ?? 100_000 }
    const cluster = createCluster({ limits: storeLimits, log, now })
    const controllers = startControllers(cluster)
    fillCluster(cluster, definitions)
    const watches = new Set<ServerResponse>()
    const context = {
      cluster,
      watches,
      hooks,
      openApi: new OpenApiDocuments(cluster),
      watchBufferBytes: limits.watchBufferBytes ?? 8 * 1024 * 1024,
    }
    const server = createListener(context, {
      token: options.token,
      bodyBytes: limits.bodyBytes ?? 3 * 1024 * 1024,
      connections: limits.connections ?? 1024,
      log,
    })
    try {
      await listen(server, options)
    } catch (error) {
      controllers[Symbol.dispose]()
      throw error
    }
    return new EmbeddedApiServer(server, cluster, { controllers, watches })
  }

  /**
   * Creates objects, or brings existing ones to this state, in order, as `kubectl apply --server-side` does with a
   * file. A status is written as well, which kubectl would leave out.
   *
   * @throws StatusError for the first object that is refused
   */
  apply(objects: readonly JsonObject[]): readonly JsonObject[] {
    return objects.map((object) => this.api.apply(object, { withStatus: true }))
  }

  /** Stops listening and ends all connections, watches among them. */
  async close(): Promise<void> {
    this.#controllers[Symbol.dispose]()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

async function listen(
  server: Server,
  { host = '127.0.0.1', port = 0, listenFd }: EmbeddedApiServerOptions,
): Promise<void> {
  const listening = once(server, 'listening')
  if (listenFd === undefined) server.listen({ host, port })
  else server.listen({ fd: listenFd })
  await listening
}

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return `http://localhost`
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
