// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeError, PlaitError, toError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { MetricsSettings } from './settings.ts'

// As in server/http-server.ts: an `import` would load 13 MB more.
const { createServer } = process.getBuiltinModule('node:http')

/** What is served, and where. */
export interface MetricsServerOptions extends MetricsSettings {
  /** What `/metrics` answers. */
  readonly text: () => string
  readonly log: Log
  /** Between two attempts to get the port. @default 5000 */
  readonly retryMs?: number
}

/**
 * Serves `GET /metrics` on a port of the node. A port that is taken stops nothing, for pods need networks more: it is
 * told once and tried again, as the daemon before this one has it until its last request has ended.
 */
export class MetricsServer implements AsyncDisposable {
  readonly #options: MetricsServerOptions
  readonly #server: Server
  #retry: NodeJS.Timeout | undefined
  #refused = false

  private constructor(options: MetricsServerOptions) {
    this.#options = options
    this.#server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) =>
      this.#answer(request, response),
    )
    this.#server.maxConnections = 32
    this.#server.on('error', (error) => this.#failed(error))
    this.#server.on('listening', () => this.#listening())
  }

  /** Begins to listen; it does not wait until it does. */
  static start(options: MetricsServerOptions): MetricsServer {
    const server = new MetricsServer(options)
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
    log.info({ address, port: this.port }, 'metrics are served')
  }

  #failed(cause: Error): void {
    const { log, port, address = '*', retryMs = 5000 } = this.#options
    const text = `Cannot serve metrics at ${address}:${port}; stop what listens there, or change "metricsPort"`
    const error = new PlaitError('daemon/metrics-unavailable', text, { cause })
    if (!this.#refused) log.warn({ error }, 'metrics are not served yet')
    this.#refused = true
    this.#retry = setTimeout(() => this.#listen(), retryMs).unref()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const isThere = URL.parse(request.url ?? '/', 'http://dummy')?.pathname === '/metrics'
    if (!isThere) return end(response, 404, 'not found: look at /metrics')
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Method not allowed')
    try {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
      response.end(this.#options.text())
    } catch (error) {
      this.#options.log.error({ error: toError(error) }, 'metrics could not be read')
      end(response, 500, describeError(error))
    }
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}
