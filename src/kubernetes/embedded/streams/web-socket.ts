// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { encodeFrame, FrameError, FrameReader, opcodes } from './frames.ts'
import type { Frame } from './frames.ts'

const maxMessageBytes = 1024 * 1024
const lingerMs = 5000
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Close codes of RFC 6455. */
const closeCodes = { normal: 1000, protocolError: 1002 } as const

/** The subprotocol that a client offers and we speak; undefined when it does not ask for a WebSocket, or offers none. */
export function chooseProtocol({ headers }: IncomingMessage, spoken: readonly string[]): string | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined
  const offered = headers['sec-websocket-protocol'] ?? ''
  const names = new Set(offered.split(',').map((name) => name.trim()))
  return spoken.find((name) => names.has(name))
}

/** What happens on a WebSocket. */
export interface WebSocketEvents {
  readonly onMessage: (payload: Buffer) => void
  /** Once, however it ends. */
  readonly onClose: () => void
}

/** The server's end of a WebSocket that carries binary messages. */
export class WebSocketServerEnd {
  readonly #socket: Duplex
  readonly #reader = new FrameReader(maxMessageBytes)
  readonly #events: WebSocketEvents
  #fragments: Buffer[] = []

  /** Answers the handshake of a client and takes its connection over. @param head what was read beyond the handshake */
  constructor(
    upgrade: { message: IncomingMessage; socket: Duplex; head: Buffer },
    protocol: string,
    events: WebSocketEvents,
  ) {
    const { message, socket, head } = upgrade
    this.#socket = socket
    this.#events = events
    const key = message.headers['sec-websocket-key'] ?? ''
    const accept = createHash('sha1')
      .update(key + acceptSuffix)
      .digest('base64')
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.once('close', events.onClose)
    if (head.length > 0) this.#read(head)
  }

  /** Sends a message; calls back when it is on its way, so that a sender can wait for a slow client. */
  send(payload: Uint8Array, done: () => void = () => undefined): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) done()
    else this.#socket.write(encodeFrame(opcodes.binary, payload), done)
  }

  /** Stops or starts reading from the client. */
  set paused(paused: boolean) {
    if (paused) this.#socket.pause()
    else this.#socket.resume()
  }

  close(code: number = closeCodes.normal): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.#socket.end(encodeFrame(opcodes.close, payload))
    // The client has its say first, but not for ever.
    this.#socket.resume()
    setTimeout(() => this.#socket.destroy(), lingerMs).unref()
  }

  #read(bytes: Buffer): void {
    try {
      for (const frame of this.#reader.push(bytes)) this.#handle(frame)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.close(closeCodes.protocolError)
    }
  }

  #handle({ opcode, isLast, payload }: Frame): void {
    if (opcode === opcodes.close) {
      this.close()
    } else if (opcode === opcodes.ping) {
      this.#socket.write(encodeFrame(opcodes.pong, payload))
    } else if (opcode !== opcodes.pong) {
      this.#fragments.push(payload)
      const bytes = this.#fragments.reduce((sum, part) => sum + part.length, 0)
      if (bytes > maxMessageBytes) throw new FrameError('a message is too large')
      if (!isLast) return
      const whole = Buffer.concat(this.#fragments)
      this.#fragments = []
      this.#events.onMessage(whole)
    }
  }
}
