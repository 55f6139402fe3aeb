// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describeError, PlaitError, toError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { PortSettings } from './port-settings.ts'
import { probes } from './probes.ts'
import type { Probed } from './probes.ts'
import { pathOf } from './request-path.ts'
import { textAnswer } from './upstream-answer.ts'
import type { HttpAnswer } from './upstream-answer.ts'

// As in http-server.ts: an `import` would load 13 MB more.
const { createServer } = process.getBuiltinModule('node:http')

/** What is served, and where. */
export interface PortServerOptions extends PortSettings, Probed {
  /** What `/metrics` answers. */
  readonly metrics: () => string
  readonly log: Log
  /** Between two attempts to get the port. @default 1000 */
  readonly retryMs?: number
}

const maxConnections = 32
const timeouts = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 5000 }

/**
 * Answers `GET` of `/metrics` and of the probes on a port of the node, and nothing that changes anything. A port that is
 * taken stops nothing, for pods need networks more: it is told once and tried again, as the daemon before this one has
 * it until its last request has ended.
 */
export class PortServer implements AsyncDisposable {
  readonly #options: PortServerOptions
  readonly #server: Server
  readonly #connections = new Set<Socket>()
  readonly #routes: ReadonlyMap<string, () => HttpAnswer>
  #retry: NodeJS.Timeout | undefined
  #refused = false
  #hasLost = false

  private constructor(options: PortServerOptions) {
    this.#options = options
    this.#routes = createRoutes(options)
    this.#server = createServer(timeouts, (request, response) => this.#respond(request, response))
    this.#server.on('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('error', (error) => (this.#server.listening ? this.#lost(error) : this.#failed(error)))
    this.#server.on('listening', () => this.#listening())
  }

  /** Begins to listen; it does not wait until it does. */
  static start(options: PortServerOptions): PortServer {
    const server = new PortServer(options)
    server.#listen()
    return server
  }

  /** The port that it listens at; undefined until it does. */
  get port(): number | undefined {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#retry)
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  #listen(): void {
    const { port, address: host } = this.#options
    this.#server.listen({ port, ...(host !== undefined && { host }) })
  }

  #listening(): void {
    const { log, address = '*' } = this.#options
    log.info({ address, port: this.port }, 'metrics and probes are answered')
  }

  #failed(cause: Error): void {
    const { log, port, address = '*', retryMs = 1000 } = this.#options
    const text = `Cannot answer metrics and probes at ${address}:${port}; stop what listens there, or change "metricsPort"`
    const error = new PlaitError('daemon/port-unavailable', text, { cause })
    if (!this.#refused) log.warn({ error }, 'metrics and probes are not answered yet')
    this.#refused = true
    this.#retry = setTimeout(() => this.#listen(), retryMs).unref()
  }

  // The kernel had no memory for a connection, say; the next one may have more luck. Told once: there can be thousands.
  #lost(error: Error): void {
    if (!this.#hasLost) this.#options.log.warn({ error }, 'a connection to the port was lost')
    this.#hasLost = true
  }

  // Of too many the oldest gives way, so that nobody who holds connections can keep the kubelet's probe out, which would
  // have the daemon restarted.
  #admit(socket: Socket): void {
    const [oldest] = this.#connections
    if (oldest !== undefined && this.#connections.size >= maxConnections) {
      this.#connections.delete(oldest)
      oldest.destroy()
    }
    this.#connections.add(socket)
    socket.once('close', () => this.#connections.delete(socket))
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const { status, contentType, body } = this.#answer(request)
    response.writeHead(status, {
      'Content-Length': Buffer.byteLength(body),
      ...(contentType !== undefined && { 'Content-Type': contentType }),
    })
    response.end(body)
  }

  #answer(request: IncomingMessage): HttpAnswer {
    const route = this.#routes.get(pathOf(request))
    if (route === undefined)
      return textAnswer(404, `not found: there are ${[...this.#routes.keys()].join(', ')}`)
    if (request.method !== 'GET' && request.method !== 'HEAD') return textAnswer(405, 'Method not allowed')
    try {
      return route()
    } catch (error) {
      this.#options.log.error({ error: toError(error) }, 'a request on the port could not be answered')
      return textAnswer(500, describeError(error))
    }
  }
}

const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

function createRoutes(options: PortServerOptions): ReadonlyMap<string, () => HttpAnswer> {
  const metrics = (): HttpAnswer => ({ status: 200, contentType: metricsType, body: options.metrics() })
  const answered = Object.entries(probes).map(
    ([path, answer]) => [path, (): HttpAnswer => answer('GET', options)] as const,
  )
  return new Map([['/metrics', metrics], ...answered])
}
