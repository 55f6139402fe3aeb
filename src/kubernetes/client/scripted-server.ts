// SPDX-License-Identifier: Apache-2.0

// For the tests of this folder: a server that says what a test tells it to, faults included. It knows nothing of
// Kubernetes; what a real API server does is tested by the contract suite.

import http from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { parseJson } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'

/** A request as a test looks at it. */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Undefined when there was no body. */
  readonly body: JsonValue | undefined
}

/** What a test can do with a request. */
interface Reply {
  /** The raw answer, for what has no name here. */
  readonly response: ServerResponse
  json(status: number, body: JsonValue, headers?: Record<string, string>): void
  /** A Status object with that HTTP status. */
  fail(status: number, reason: string, message: string, headers?: Record<string, string>): void
  /** Opens a stream of events; the test sends them, ends it, or drops the connection. */
  stream(): EventStream
  /** Breaks the connection without an answer. */
  drop(): void
}

/** A watch that is open. */
export interface EventStream {
  send(type: string, object: JsonObject): void
  raw(bytes: string | Buffer): void
  end(): void
  drop(): void
}

/** Decides about each request. */
export type Script = (request: ScriptedRequest, reply: Reply) => void | Promise<void>

/** A server on a port of its own on the loopback address. */
export class ScriptedServer implements AsyncDisposable {
  /** Each request so far as `GET /path?query`. */
  readonly requests: string[] = []
  readonly #server: http.Server | https.Server
  readonly #script: Script

  private constructor(script: Script, tls: https.ServerOptions | undefined) {
    this.#script = script
    const listener: RequestListener = (request, response) => void this.#serve(request, response)
    this.#server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener)
  }

  /** A listening server. */
  static async start(script: Script, tls?: https.ServerOptions): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(script, tls)
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve))
    return scripted
  }

  /** Its address. */
  get url(): string {
    const scheme = this.#server instanceof https.Server ? 'https' : 'http'
    return `${scheme}://127.0.0.1:${this.port}`
  }

  /** Its port. */
  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Breaks all connections off and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${incoming.method} ${incoming.url}`)
    const url = new URL(incoming.url ?? '/', 'http://scripted')
    const body = await text(incoming)
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: body === '' ? undefined : parseJson(body),
    }
    await this.#script(request, replyTo(response))
  }
}

/** A Status object. */
export function statusObject(code: number, reason: string, message: string): JsonObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }
}

function replyTo(response: ServerResponse): Reply {
  const json: Reply['json'] = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
  return {
    response,
    json,
    fail: (status, reason, message, headers) => json(status, statusObject(status, reason, message), headers),
    drop: () => response.socket?.resetAndDestroy(),
    stream: () => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
      return {
        send: (type, object) => response.write(`${JSON.stringify({ type, object })}\n`),
        raw: (bytes) => response.write(bytes),
        end: () => response.end(),
        drop: () => response.socket?.resetAndDestroy(),
      }
    },
  }
}
