// SPDX-License-Identifier: Apache-2.0

import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { describeError } from '../../../base/index.ts'
import type { Log } from '../../../base/index.ts'
import { badRequest } from '../status/refusals.ts'
import { StatusError } from '../status/status-error.ts'
import { readBody } from './body.ts'
import type { ServerContext } from './context.ts'
import { refusal, sendReply } from './reply.ts'
import type { Reply } from './reply.ts'
import { parseHead } from './request.ts'
import type { ApiRequest } from './request.ts'
import { route } from './router.ts'
import { upgradeRoute } from './upgrade-route.ts'
import type { Upgrade } from './upgrade-route.ts'

/** What the HTTP side needs to know besides the routes. */
export interface ListenerOptions {
  /** Bearer token that every request must carry; none is needed when absent. */
  readonly token?: string | undefined
  readonly bodyBytes: number
  readonly connections: number
  readonly log: Log
}

/** The HTTP server for a cluster; it does not listen yet. */
export function createListener(context: ServerContext, options: ListenerOptions): Server {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 60_000 })
  server.maxConnections = options.connections
  server.on('request', (message, response) => {
    void answer(context, options, message, response)
  })
  server.on('upgrade', (message, socket, head) => upgrade(context, options, { message, socket, head }))
  return server
}

async function answer(
  context: ServerContext,
  options: ListenerOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  const warnings: string[] = []
  response.once('close', () => gone.abort())
  try {
    const reply = await route(context, { ...toRequest(message, options), signal: gone.signal, warnings })
    if (typeof reply === 'function') await reply(response)
    else sendReply(response, reply, warnings)
  } catch (error) {
    if (response.headersSent) {
      options.log.debug({ url: message.url, error: describeError(error) }, 'an answer was cut short')
      response.destroy()
      return
    }
    sendReply(response, failure(error, options.log), warnings)
  }
}

/** @throws StatusError 400, 401 */
function toRequest(
  message: IncomingMessage,
  { token, bodyBytes }: Pick<ListenerOptions, 'token' | 'bodyBytes'>,
): Omit<ApiRequest, 'signal' | 'warnings'> {
  const head = parseHead(message)
  if (head === undefined) throw badRequest('the URL cannot be read')
  if (token !== undefined && !isAuthorized(message.headers.authorization ?? '', token)) {
    throw new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
  }
  return { ...head, body: () => readBody(message, bodyBytes) }
}

function isAuthorized(header: string, token: string): boolean {
  const given = Buffer.from(header.replace(/^Bearer\s+/i, ''))
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function failure(error: unknown, log: Log): Reply {
  if (error instanceof StatusError) return refusal(error)
  log.error({ error: describeError(error) }, 'a request to the embedded API server failed')
  const message = `Internal error occurred: ${describeError(error)}`
  return refusal(
    new StatusError({
      code: 500,
      reason: 'InternalError',
      message,
      details: { causes: [{ reason: '', message: describeError(error) }] },
    }),
  )
}

/** Hands a connection that changes its protocol to the route for that, or refuses it with a Status. */
function upgrade(context: ServerContext, options: ListenerOptions, connection: Upgrade): void {
  const { socket } = connection
  socket.on('error', () => socket.destroy())
  try {
    const { token, bodyBytes } = options
    const request = toRequest(connection.message, { token, bodyBytes })
    upgradeRoute(context, { ...request, signal: new AbortController().signal, warnings: [] }, connection)
  } catch (error) {
    refuseUpgrade(socket, failure(error, options.log))
  }
}

function refuseUpgrade(socket: Duplex, { code, body }: Reply): void {
  const text = JSON.stringify(body)
  const lines = [
    `HTTP/1.1 ${code} ${code === 404 ? 'Not Found' : 'Refused'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`)
}
