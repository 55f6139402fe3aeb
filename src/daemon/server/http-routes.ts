// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, ServerResponse } from 'node:http'
import { PlaitError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import type { ByteBudget } from './byte-budget.ts'
import { answerCni, answerDelegate } from './cni-routes.ts'
import { answerJournal } from './journal-route.ts'
import type { AttemptSource } from './journal-route.ts'
import { probes } from './probes.ts'
import type { Readiness } from './readiness.ts'
import { pathOf } from './request-path.ts'
import { textAnswer } from './upstream-answer.ts'
import type { HttpAnswer } from './upstream-answer.ts'

/** What the routes work with. */
export interface RouteOptions {
  readonly dispatcher: Dispatcher
  readonly readiness: Readiness
  readonly budget: ByteBudget
  readonly log: Log
  /** Is told of each answer. */
  readonly onAnswer?: OnAnswer | undefined
  /** What `/journal` knows; nothing when absent. */
  readonly journal?: AttemptSource | undefined
}

/** Is told of the path, the method and the status of an answer. */
export type OnAnswer = (path: string, method: string, status: number) => void

type Route = (request: IncomingMessage, gone: AbortSignal) => HttpAnswer | Promise<HttpAnswer>

interface Endpoint {
  readonly methods: readonly string[]
  readonly route: Route
}

/** Answers upstream's HTTP on the socket: `/cni`, `/delegate`, `/healthz`, `/readyz` (spec §6.2); and `/journal`, which is ours. */
export function createRoutes(options: RouteOptions) {
  const { log, onAnswer } = options
  const endpoints = new Map<string, Endpoint>([
    ...Object.entries(probes).map(([path, answer]): [string, Endpoint] => [
      path,
      { methods: ['GET', 'POST'], route: ({ method }) => answer(method, options) },
    ]),
    ['/cni', { methods: ['POST'], route: (request, gone) => answerCni(request, gone, options) }],
    ['/journal', { methods: ['GET'], route: (request) => answerJournal(request, options.journal) }],
    ['/delegate', { methods: ['POST'], route: (request, gone) => answerDelegate(request, gone, options) }],
  ])
  return (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController()
    response.once('close', () => {
      if (response.writableFinished) return
      gone.abort(new PlaitError('daemon/caller-gone', 'Cannot go on: the caller has closed the connection'))
    })
    void respond(request, response, { endpoints, log, onAnswer, gone: gone.signal })
  }
}

interface Responding extends Pick<RouteOptions, 'log' | 'onAnswer'> {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly gone: AbortSignal
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: Responding,
): Promise<void> {
  const { log, onAnswer, gone } = options
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
    onAnswer?.(pathOf(request), request.method ?? '', status)
  } catch (error) {
    if (!gone.aborted) log.error({ error, method: request.method }, 'request could not be answered')
    response.destroy()
  }
}

async function choose(request: IncomingMessage, { endpoints, gone }: Responding): Promise<HttpAnswer> {
  const endpoint = endpoints.get(pathOf(request))
  if (endpoint === undefined) return { status: 404, body: '' }
  if (!endpoint.methods.includes(request.method ?? '')) return textAnswer(405, 'Method not allowed')
  return endpoint.route(request, gone)
}
