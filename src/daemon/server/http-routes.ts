// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, ServerResponse } from 'node:http'
import { describeError, PlaitError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { CniError, cniErrorCode, isCniCommand } from '../../cni/index.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import { answerUpstream, textAnswer } from './upstream-answer.ts'
import type { HttpAnswer } from './upstream-answer.ts'
import { parseUpstreamRequest } from './upstream-request.ts'

// 8 MiB of configuration in base64, and the environment.
const maxBodyBytes = 16 * 1024 * 1024

/** What the routes work with. */
export interface RouteOptions {
  readonly dispatcher: Dispatcher
  readonly log: Log
}

type Route = (request: IncomingMessage, gone: AbortSignal) => HttpAnswer | Promise<HttpAnswer>

interface Endpoint {
  readonly methods: readonly string[]
  readonly route: Route
}

/** Answers upstream's HTTP on the socket: `/cni`, `/healthz`, `/readyz` (spec §6.2). */
export function createRoutes({ dispatcher, log }: RouteOptions) {
  const endpoints = new Map<string, Endpoint>([
    ['/healthz', { methods: ['GET', 'POST'], route: () => ({ status: 200, body: '' }) }],
    [
      '/readyz',
      { methods: ['GET', 'POST'], route: () => ({ status: dispatcher.isStopping ? 500 : 200, body: '' }) },
    ],
    ['/cni', { methods: ['POST'], route: (request, gone) => answerCni(request, gone, dispatcher) }],
  ])
  return (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController()
    response.once('close', () => {
      if (response.writableFinished) return
      gone.abort(new PlaitError('daemon/caller-gone', 'Cannot go on: the caller has closed the connection'))
    })
    void respond(request, response, { endpoints, log, gone: gone.signal })
  }
}

interface Responding extends Pick<RouteOptions, 'log'> {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly gone: AbortSignal
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: Responding,
): Promise<void> {
  const { log, gone } = options
  try {
    const answer = await choose(request, options)
    if (gone.aborted) return
    const { status, contentType, body } = answer
    response.writeHead(status, {
      Connection: 'close', // as upstream: one request per connection
      'Content-Length': Buffer.byteLength(body),
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      ...(status === 400 ? { 'X-Content-Type-Options': 'nosniff' } : {}),
    })
    response.end(body)
  } catch (error) {
    log.error({ error, method: request.method }, 'request could not be answered')
    response.destroy()
  }
}

async function choose(request: IncomingMessage, { endpoints, gone }: Responding): Promise<HttpAnswer> {
  const endpoint = endpoints.get(URL.parse(request.url ?? '/', 'http://dummy')?.pathname ?? '')
  if (endpoint === undefined) return { status: 404, body: '' }
  if (!endpoint.methods.includes(request.method ?? '')) return textAnswer(405, 'Method not allowed')
  return endpoint.route(request, gone)
}

async function answerCni(
  request: IncomingMessage,
  gone: AbortSignal,
  dispatcher: Dispatcher,
): Promise<HttpAnswer> {
  const body = await readBody(request)
  if (body === undefined) return textAnswer(413, 'http: request body too large')
  let parsed
  try {
    parsed = parseUpstreamRequest(body)
  } catch (error) {
    return textAnswer(400, describeError(error))
  }
  const { environment, stdin } = parsed
  if (!isCniCommand(environment.CNI_COMMAND ?? '')) {
    const error = new CniError(cniErrorCode.internal, `unknown cmd type: ${environment.CNI_COMMAND}`)
    return answerUpstream(parsed, { error })
  }
  const outcome = await dispatcher.answer({ program: 'multus-shim', environment, stdin, gone })
  return answerUpstream(parsed, outcome)
}

/** The body, or undefined as soon as it is too large. How long it may take is the server's `requestTimeout`. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Error('Cannot read the body: it does not come as bytes')
    size += chunk.length
    if (size > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
