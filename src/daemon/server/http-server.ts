// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, Server } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Log } from '../../base/index.ts'
import type { LiveHosts } from '../host/live-hosts.ts'
import { protocolName } from '../protocol/limits.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import { ByteBudget } from './byte-budget.ts'
import type { ByteShare } from './byte-budget.ts'
import { createRoutes } from './http-routes.ts'
import type { HttpLimits } from './http-limits.ts'
import type { OnAnswer } from './http-routes.ts'
import type { AttemptSource } from './journal-route.ts'
import { isTrustedPeer } from './peer.ts'
import type { ReadPeerUser } from './peer.ts'
import type { Readiness } from './readiness.ts'
import { ShimSession } from './shim-session.ts'

// An `import` of node:http would read all its exports, WebSocket among them, and so load the whole of undici: 13 MB.
const { createServer } = process.getBuiltinModule('node:http')

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
  const results = new ByteBudget(limits.resultBytes)
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
    if (refusal !== undefined || !(stream instanceof Socket)) return refuse(stream, refusal)
    const share = budget.open()
    if (share.grow(head.length)) return acceptShim(stream, head, { ...options, share, results })
    log.warn({ bytes: limits.bytes }, 'shim refused: too many large requests are under way')
    refuse(stream, unavailable)
  })
  return server
}

const refusalEnd = `Upgrade: ${protocolName}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
// The shim tries again until its wait is over.
const unavailable = `HTTP/1.1 503 Service Unavailable\r\n${refusalEnd}`

function refuseUpgrade({ method, headers }: IncomingMessage, dispatcher: Dispatcher): string | undefined {
  if (method !== 'GET') return `HTTP/1.1 404 Not Found\r\n${refusalEnd}`
  if (headers.upgrade !== protocolName) return `HTTP/1.1 426 Upgrade Required\r\n${refusalEnd}`
  return dispatcher.isStopping ? unavailable : undefined
}

function refuse(stream: Duplex, answer: string | undefined): void {
  stream.on('error', () => stream.destroy())
  stream.end(answer)
}

interface Accepting extends Pick<HttpServerOptions, 'dispatcher' | 'log' | 'limits' | 'hosts' | 'onAnswer'> {
  /** What its request holds; the head is counted. */
  readonly share: ByteShare
  readonly results: ByteBudget
}

function acceptShim(socket: Socket, head: Buffer, options: Accepting): void {
  const { dispatcher, log, limits, share, hosts, onAnswer } = options
  const results = options.results.open()
  socket.once('close', () => {
    share[Symbol.dispose]()
    results[Symbol.dispose]()
  })
  void new ShimSession(socket, head, {
    answer: async (call) => {
      // Told 101, it does not ask the next daemon: the rest of its request may come after a stop has begun.
      const outcome = await dispatcher.answer({ ...call, asksOnce: dispatcher.isStopping })
      onAnswer?.('/cni', 'POST', 'error' in outcome ? 400 : 200)
      return outcome
    },
    hosts,
    log,
    request: share,
    results,
    limits,
  })
}
