// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage, Server } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Log } from '../../base/index.ts'
import { protocolName } from '../protocol/limits.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import { createRoutes } from './http-routes.ts'
import { isTrustedPeer } from './peer.ts'
import type { ReadPeerUser } from './peer.ts'
import { ShimSession } from './shim-session.ts'
import { SocketFile } from './socket-file.ts'

// An `import` of node:http would read all its exports, WebSocket among them, and so load the whole of undici: 13 MB.
const { createServer } = process.getBuiltinModule('node:http')

/** How many connections there may be, and how long each may take. */
export interface ServerLimits {
  /** Connections at the same time; more are closed at once, and a shim then tries again. */
  readonly connections: number
  /** For the head of an HTTP request. */
  readonly headMs: number
  /** For a whole request: an HTTP body or a REQUEST frame. */
  readonly requestMs: number
  /** For a shim to read its answer. */
  readonly closeMs: number
}

const defaultServerLimits: ServerLimits = {
  connections: 2048,
  headMs: 10_000,
  requestMs: 30_000,
  closeMs: 30_000,
}

// For a caller to read the rest of an answer when the server ends; a unix socket holds about 200 kB of it.
const flushMs = 1000

/** What the server works with. */
export interface SocketServerOptions {
  readonly directory: string
  readonly dispatcher: Dispatcher
  readonly readPeerUser: ReadPeerUser
  readonly log: Log
  readonly limits?: Partial<ServerLimits>
}

/** The daemon's socket, with shims and callers of upstream's HTTP on it. */
export class SocketServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #file: SocketFile

  private constructor(server: Server, sockets: Set<Socket>, file: SocketFile) {
    this.#server = server
    this.#sockets = sockets
    this.#file = file
  }

  /** Starts to listen. @throws PlaitError as {@link SocketFile.listen} */
  static async start(options: SocketServerOptions): Promise<SocketServer> {
    const sockets = new Set<Socket>()
    const server = createHttpServer(options, sockets)
    const file = await SocketFile.listen(server, options.directory)
    return new SocketServer(server, sockets, file)
  }

  /** The path of the socket. */
  get path(): string {
    return this.#file.path
  }

  /** Removes the socket and ends all connections, whatever they wait for; an answer that is being read goes out first. */
  async close(): Promise<void> {
    try {
      this.#file.remove()
    } finally {
      await this.#endConnections()
    }
  }

  async #endConnections(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroySoon()
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy()
    }, flushMs)
    await closed
    clearTimeout(late)
  }
}

function createHttpServer(options: SocketServerOptions, sockets: Set<Socket>): Server {
  const { dispatcher, log, readPeerUser } = options
  const limits = { ...defaultServerLimits, ...options.limits }
  const server = createServer({
    headersTimeout: Math.min(limits.headMs, limits.requestMs),
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(limits.headMs, 5000),
    keepAlive: false,
  })
  server.maxConnections = limits.connections
  server.on('connection', (socket: Socket) => {
    if (!isTrustedPeer(socket, readPeerUser)) {
      log.warn({}, 'connection refused: it is not from root')
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('drop', () =>
    log.warn({ connections: limits.connections }, 'connection refused: there are too many'),
  )
  server.on('request', createRoutes({ dispatcher, log }))
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refuseUpgrade(request, dispatcher)
    if (refusal !== undefined || !(stream instanceof Socket)) {
      stream.on('error', () => stream.destroy())
      stream.end(refusal)
      return
    }
    const { requestMs, closeMs } = limits
    void new ShimSession(stream, head, {
      answer: (call) => dispatcher.answer(call),
      log,
      requestMs,
      closeMs,
    })
  })
  return server
}

function refuseUpgrade(
  { method, url, headers }: IncomingMessage,
  dispatcher: Dispatcher,
): string | undefined {
  const end = `Upgrade: ${protocolName}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
  if (method !== 'GET' || url !== '/plait-shim') return `HTTP/1.1 404 Not Found\r\n${end}`
  if (headers.upgrade !== protocolName) return `HTTP/1.1 426 Upgrade Required\r\n${end}`
  if (dispatcher.isStopping) return `HTTP/1.1 503 Service Unavailable\r\n${end}`
  return undefined
}
