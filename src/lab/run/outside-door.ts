// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  request,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import type { ServerAccess } from './kubeconfig.ts'

/** A way in from the machine. */
export interface OutsideDoor {
  /** For a kubeconfig; the secret is in it. */
  readonly url: string
  close(): void
}

/**
 * Lets the machine's `kubectl` reach the API server within a lab, through a listening socket of the machine.
 *
 * Everybody on the machine can connect to its loopback, and kubectl sends no token without TLS. So the secret is the
 * first part of the path: requests that lack it are refused, the others go on to the server with the lab's token.
 *
 * @param listen the descriptor of the socket; another address for tests.
 */
export async function openOutsideDoor(
  listen: { readonly fd: number } | { readonly host: string; readonly port: number },
  server: ServerAccess,
): Promise<OutsideDoor> {
  const prefix = `/${randomBytes(24).toString('base64url')}`
  const door = createServer((incoming, answer) => {
    const onward = forward(incoming, prefix, server)
    if (onward === undefined) answer.writeHead(403).end()
    else passOn(onward, incoming, answer)
  })
  door.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const onward = forward(incoming, prefix, server)
    if (onward === undefined) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    else connectUpgrade(onward, socket, head)
  })
  // Watches are silent for long.
  door.requestTimeout = 0
  door.listen(listen)
  await once(door, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(door)}${prefix}`,
    close: () => {
      door.close()
      door.closeAllConnections()
    },
  }
}

function portOf(door: Server): number {
  const address = door.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function forward(
  { url = '', method, headers }: IncomingMessage,
  prefix: string,
  { url: server, token }: ServerAccess,
): ClientRequest | undefined {
  if (!url.startsWith(`${prefix}/`) && url !== prefix) return undefined
  const options: RequestOptions = { method, headers: { ...headers, authorization: `Bearer ${token}` } }
  return request(new URL(url.slice(prefix.length) || '/', server), options)
}

function passOn(onward: ClientRequest, incoming: IncomingMessage, answer: ServerResponse): void {
  onward.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    // The headers of a watch must not wait for its first event.
    answer.flushHeaders()
    response.pipe(answer)
  })
  onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
  answer.on('close', () => onward.destroy())
  incoming.pipe(onward)
}

function connectUpgrade(onward: ClientRequest, socket: Duplex, head: Buffer): void {
  const close = (): void => void socket.destroy()
  onward.on('upgrade', (response, server: Duplex, first: Buffer) => {
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${String(value)}`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    socket.write(first)
    server.write(head)
    server.pipe(socket).pipe(server)
    server.on('error', close).on('close', close)
  })
  // Refused: the answer, which says why, goes back on the connection that was to be upgraded.
  onward.on('response', (response) => {
    const type = response.headers['content-type'] ?? 'text/plain'
    socket.write(
      `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n`,
    )
    response.pipe(socket)
  })
  onward.on('error', close)
  socket.on('error', () => onward.destroy())
  onward.end()
}
