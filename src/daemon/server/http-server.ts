// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, Server } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Log } from '../../base/index.ts'
import type { LiveHosts } from '../host/live-hosts.ts'
import { protocolName } from '../protocol/limits.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import { ByteBudget } from './byte-budget.ts'
import { createRoutes } from './http-routes.ts'
import type { OnAnswer } from './http-routes.ts'
import type { AttemptSource } from './journal-route.ts'
import { isTrustedPeer } from './peer.ts'
import type { ReadPeerUser } from './peer.ts'
import type { Readiness } from './readiness.ts'
import { ShimSession } from './shim-session.ts'

// An `import` of node:http would read all its exports, WebSocket among them, and so load the whole of undici: 13 MB.
const { createServer } = process.getBuiltinModule('node:http')

/** How much the server holds at once, and how long each connection may take. */
export interface HttpLimits {
  /** Connections at the same time; more are closed at once, and a shim then tries again. */
  readonly connections: number
  /** Bytes of all requests that are being read, wait or run. */
  readonly bytes: number
  /** For the head of an HTTP request. */
  readonly headMs: number
  /** For a whole request: an HTTP body or a REQUEST frame. */
  readonly requestMs: number
  /** For a shim to read its answer. */
  readonly closeMs: number
}

/** What the server works with. */
export interface HttpServerOptions {
  readonly dispatcher: Dispatcher
  readonly readiness: Readiness
  readonly readPeerUser: ReadPeerUser
  readonly log: Log
  readonly limits: HttpLimits
  /** Learns of each shim. */
  readonly hosts: LiveHosts
  /** Is told of each answer; those to shims count as upstream's would. */
  readonly onAnswer?: OnAnswer | undefined
  /** What `/journal` knows. */
  readonly journal?: AttemptSource | undefined
  /** Is told of each connection that is let in. */
  readonly onConnection: (socket: Socket) => void
}

const shimPath = '/plait-shim'

/** A server of both protocols, that does not listen yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { dispatcher, readiness, readPeerUser, log, limits, onConnection, onAnswer } = options
  const { connections, headMs, requestMs } = limits
  const budget = new ByteBudget(limits.bytes)
  const server = createServer({
    headersTimeout: Math.min(headMs, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headMs, 5000),
    keepAlive: false,
    // A client that would like another protocol is answered in this one.
    shouldUpgradeCallback: ({ url }) => url === shimPath,
  })
  server.maxConnections = connections
  server.on('connection', (socket: Socket) => {
    if (isTrustedPeer(socket, readPeerUser)) return onConnection(socket)
    log.warn({}, 'connection refused: it is not from root')
    socket.destroy()
  })
  server.on('drop', () => log.warn({ connections }, 'connection refused: there are too many'))
  server.on(
    'request',
    createRoutes({ dispatcher, readiness, budget, log, onAnswer, journal: options.journal }),
  )
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refuseUpgrade(request, dispatcher)
    if (refusal === undefined && stream instanceof Socket) acceptShim(stream, head, { ...options, budget })
    else refuse(stream, refusal)
  })
  return server
}

function refuseUpgrade({ method, headers }: IncomingMessage, dispatcher: Dispatcher): string | undefined {
  const end = `Upgrade: ${protocolName}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
  if (method !== 'GET') return `HTTP/1.1 404 Not Found\r\n${end}`
  if (headers.upgrade !== protocolName) return `HTTP/1.1 426 Upgrade Required\r\n${end}`
  if (dispatcher.isStopping) return `HTTP/1.1 503 Service Unavailable\r\n${end}`
  return undefined
}

function refuse(stream: Duplex, answer: string | undefined): void {
  stream.on('error', () => stream.destroy())
  stream.end(answer)
}

interface Accepting extends Pick<HttpServerOptions, 'dispatcher' | 'log' | 'limits' | 'hosts' | 'onAnswer'> {
  readonly budget: ByteBudget
}

function acceptShim(socket: Socket, head: Buffer, options: Accepting): void {
  const { dispatcher, log, limits, budget, hosts, onAnswer } = options
  const share = budget.open()
  const count = (chunk: Buffer): void => {
    if (share.grow(chunk.length)) return
    log.warn({ bytes: limits.bytes }, 'shim dropped: too many large requests are under way')
    socket.destroy()
  }
  socket.once('close', () => share[Symbol.dispose]())
  socket.on('data', count)
  count(head)
  const { requestMs, closeMs } = limits
  void new ShimSession(socket, head, {
    answer: async (call) => {
      // Told 101, it does not ask the next daemon: the rest of its request may come after a stop has begun.
      const outcome = await dispatcher.answer({ ...call, asksOnce: dispatcher.isStopping })
      onAnswer?.('/cni', 'POST', 'error' in outcome ? 400 : 200)
      return outcome
    },
    hosts,
    log,
    requestMs,
    closeMs,
  })
}
