// SPDX-License-Identifier: Apache-2.0

import http from 'node:http'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { ClientConfig } from './client-config.ts'
import type { Credentials } from './credentials.ts'
import { Exchange, readBody } from './exchange.ts'

/** One HTTP request to the API server. */
export interface HttpRequest {
  readonly method: string
  /** Path and query below the server's address. */
  readonly path: string
  readonly body?: string | undefined
  readonly contentType?: string | undefined
  readonly credentials: Credentials
  /** Until the whole answer is there; for a stream, until its head is. */
  readonly timeoutMs: number
  /** Of the body; of a stream, only when the server refuses it. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/** An answer with its whole body. */
export interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: Buffer
}

// A peer that vanished is noticed after 15 s of silence and ten unanswered probes, a second apart (libuv's figures).
const keepAliveMs = 15_000
// Shorter than what load balancers grant an idle connection.
const idleMs = 55_000
const maxConnections = 16
const maxWatches = 64

/** HTTP to one API server over a small pool of kept connections; streams have connections of their own. */
export class Transport implements Disposable {
  readonly #config: ClientConfig
  readonly #base: URL
  // Taken apart once: to parse an address takes a good part of the time of a request.
  readonly #prefix: string
  readonly #address: Pick<http.RequestOptions, 'protocol' | 'hostname' | 'port'>
  readonly #userAgent: string
  readonly #agent: http.Agent
  readonly #streamAgent: http.Agent
  readonly #closed = new AbortController()

  constructor(config: ClientConfig, userAgent: string) {
    this.#config = config
    this.#base = new URL(config.server)
    const { protocol, pathname, hostname, port } = this.#base
    this.#prefix = pathname.replace(/\/$/, '')
    this.#address = { protocol, hostname: hostname.replaceAll(/^\[|\]$/g, ''), port }
    this.#userAgent = userAgent
    const { Agent } = this.#base.protocol === 'http:' ? http : https
    const { proxyUrl } = config
    const proxy = proxyUrl === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } }
    const pool = { keepAlive: true, keepAliveMsecs: keepAliveMs, timeout: idleMs, maxSockets: maxConnections }
    this.#agent = new Agent({ ...proxy, ...pool })
    this.#streamAgent = new Agent({ ...proxy, keepAlive: false, maxSockets: maxWatches })
  }

  /** The full URL of a path, for error texts. */
  urlOf(path: string): string {
    return `${this.#base.origin}${this.#prefix}${path}`
  }

  /**
   * The answer to a request, whatever its status.
   *
   * @throws TimeoutError; OversizeError; StaleConnectionError; the signal's reason; the system's error.
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    using exchange = this.#begin(request)
    const response = await exchange.start(this.#request(request, this.#agent), request.body)
    return await wholeAnswer(response, request)
  }

  /** The body still to come when the status is 200, which the caller destroys; else as {@link send}. */
  async open(request: HttpRequest): Promise<IncomingMessage | HttpAnswer> {
    using exchange = this.#begin(request)
    const outgoing = this.#request(request, this.#streamAgent)
    outgoing.setSocketKeepAlive(true, keepAliveMs)
    const response = await exchange.start(outgoing, request.body)
    return response.statusCode === 200 ? response : await wholeAnswer(response, request)
  }

  /** Closes all connections; requests under way, those that wait for a connection, and later ones fail. */
  [Symbol.dispose](): void {
    this.#closed.abort(new Error('the client was closed'))
    this.#agent.destroy()
    this.#streamAgent.destroy()
  }

  // An agent that is destroyed makes new connections for requests that wait: those are ended here.
  #begin({ timeoutMs, signal }: HttpRequest): Exchange {
    const { signal: closed } = this.#closed
    return new Exchange({ timeoutMs, signals: signal === undefined ? [closed] : [closed, signal] })
  }

  #request(request: HttpRequest, agent: http.Agent): http.ClientRequest {
    const options = {
      ...this.#address,
      method: request.method,
      path: this.#prefix + request.path,
      headers: this.#headers(request),
      agent,
    }
    if (this.#base.protocol === 'http:') return http.request(options)
    return https.request({ ...options, ...this.#tls(request.credentials) })
  }

  // The agent pools by these values too: once a certificate is replaced, new connections are made with it.
  #tls({ ca, cert, key }: Credentials): https.RequestOptions {
    const { tlsServerName, insecureSkipTlsVerify } = this.#config
    return {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
      rejectUnauthorized: insecureSkipTlsVerify !== true,
    }
  }

  #headers({ body, contentType, credentials }: HttpRequest): http.OutgoingHttpHeaders {
    const { authorization } = credentials
    return {
      accept: 'application/json',
      'user-agent': this.#userAgent,
      ...(authorization === undefined ? {} : { authorization }),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    }
  }
}

async function wholeAnswer(response: IncomingMessage, { maxBytes }: HttpRequest): Promise<HttpAnswer> {
  const body = await readBody(response, maxBytes)
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body }
}
