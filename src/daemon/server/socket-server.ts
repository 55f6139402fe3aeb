// SPDX-License-Identifier: Apache-2.0

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../../base/index.ts'
import { LiveHosts } from '../host/live-hosts.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import { createHttpServer } from './http-server.ts'
import type { OnAnswer } from './http-routes.ts'
import type { HttpLimits } from './http-limits.ts'
import type { AttemptSource } from './journal-route.ts'
import type { ReadPeerUser } from './peer.ts'
import { Readiness } from './readiness.ts'
import { SocketFile } from './socket-file.ts'

/** The bounds of the socket. */
export interface ServerLimits extends HttpLimits {
  /** How long a start waits for a daemon that has the socket and is not stopping. */
  readonly takeoverMs: number
}

/** Bounds that suit a node of any size. */
export const usualServerLimits: ServerLimits = {
  connections: 2048,
  bytes: 32 * 1024 * 1024,
  resultBytes: 64 * 1024 * 1024,
  headMs: 10_000,
  requestMs: 30_000,
  closeMs: 30_000,
  lendMs: 20_000,
  stayMs: 205_000,
  takeoverMs: 20_000,
}

// For a caller to read the rest of an answer when the server ends; a unix socket holds about 200 kB of it.
const flushMs = 1000

/** What the server works with. */
export interface SocketServerOptions {
  readonly directory: string
  readonly dispatcher: Dispatcher
  /** What `/readyz` looks at besides the dispatcher; nothing when absent. */
  readonly readiness?: Readiness | undefined
  readonly readPeerUser: ReadPeerUser
  /** Learns of each shim; nobody does when absent. */
  readonly hosts?: LiveHosts | undefined
  readonly log: Log
  readonly limits?: Partial<ServerLimits>
  /** Is told of each answer. */
  readonly onAnswer?: OnAnswer | undefined
  /** What `/journal` knows. */
  readonly journal?: AttemptSource | undefined
  /** Ends a start that waits for another daemon. */
  readonly signal?: AbortSignal | undefined
}

/** The daemon's socket, with shims and callers of upstream's HTTP on it. */
export class SocketServer {
  readonly #server: Server
  readonly #sockets: ReadonlySet<Socket>
  readonly #file: SocketFile

  private constructor(server: Server, sockets: ReadonlySet<Socket>, file: SocketFile) {
    this.#server = server
    this.#sockets = sockets
    this.#file = file
  }

  /** Starts to listen. @throws PlaitError as {@link SocketFile.listen} */
  static async start(options: SocketServerOptions): Promise<SocketServer> {
    const { directory, log, signal } = options
    const limits = { ...usualServerLimits, ...options.limits }
    const sockets = new Set<Socket>()
    const server = createHttpServer({
      ...options,
      readiness: options.readiness ?? new Readiness(),
      hosts: options.hosts ?? new LiveHosts(),
      limits,
      onConnection: (socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      },
    })
    const file = await SocketFile.listen(server, { directory, log, takeoverMs: limits.takeoverMs, signal })
    // The kernel has no memory for a connection, say; whoever called tries again.
    server.on('error', (error) => log.warn({ error }, 'a connection was lost'))
    return new SocketServer(server, sockets, file)
  }

  /** The path of the socket. */
  get path(): string {
    return this.#file.path
  }

  /** Lets another daemon take over the path; callers that still come here are answered. */
  handOver(): void {
    this.#file.handOver()
  }

  /**
   * Removes the socket unless it is another daemon's by now, and ends all connections, whatever they wait for; an
   * answer that is being read goes out first.
   */
  async close(): Promise<void> {
    try {
      await this.#file.remove()
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
