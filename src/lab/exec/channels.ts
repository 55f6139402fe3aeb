// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { encodeFrame, FrameDecoder, opcode, type WebSocketFrame } from './frames.ts'

/** The channels that `kubectl exec` puts into one WebSocket; the first byte of a message says which. */
export const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/** The protocol that kubectl speaks from 1.31 on; before that it spoke SPDY. */
export const channelProtocol = 'v5.channel.k8s.io'

// What RFC 6455 (section 1.3) has a server add to the client's key.
const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const maxUnsent = 1 << 20
const maxParts = 64

/** Whether a request is for a WebSocket that speaks {@link channelProtocol}. */
export function offersChannels({ headers }: IncomingMessage): boolean {
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  return headers.upgrade?.toLowerCase() === 'websocket' && protocols.includes(channelProtocol)
}

/** What becomes of a connection. */
export interface ChannelHandlers {
  /** Data for the command. */
  readonly onInput: (data: Buffer) => void
  /** The client has no more input. */
  readonly onInputEnd: () => void
  /** The client is gone, or sent what cannot be understood. */
  readonly onGone: () => void
}

/** The server's side of the WebSocket of one `kubectl exec`. */
export class Channels {
  readonly #socket: Duplex
  readonly #handlers: ChannelHandlers
  readonly #decoder = new FrameDecoder()
  /** The parts of a message that is not complete yet. */
  readonly #parts: Buffer[] = []

  /** Answers the request and takes the connection over. */
  constructor(message: IncomingMessage, socket: Duplex, handlers: ChannelHandlers) {
    this.#socket = socket
    this.#handlers = handlers
    socket.write(handshake(message.headers['sec-websocket-key'] ?? ''))
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('close', () => handlers.onGone())
  }

  /** Sends data on a channel; false when the client should first read what it was sent. */
  send(number: number, data: Buffer): boolean {
    this.#write(opcode.binary, Buffer.concat([Buffer.of(number), data]))
    return this.#socket.writableLength < maxUnsent
  }

  /** Ends the connection in order (code 1000). */
  end(): void {
    this.#write(opcode.close, Buffer.of(0x03, 0xe8))
    this.#socket.end()
  }

  /** Calls back when the client has read what it was sent. */
  onceDrained(callback: () => void): void {
    this.#socket.once('drain', callback)
  }

  // The client may still talk when our last frame is on its way.
  #write(code: number, payload: Buffer): void {
    if (!this.#socket.writableEnded) this.#socket.write(encodeFrame(code, payload))
  }

  #read(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.push(chunk)) this.#take(frame)
    } catch {
      this.#socket.destroy() // The client does not speak the protocol; onGone tells.
    }
  }

  #take({ opcode: code, final, payload }: WebSocketFrame): void {
    if (code === opcode.ping) this.#write(opcode.pong, payload)
    else if (code === opcode.close) this.end()
    else if (code !== opcode.pong) {
      this.#parts.push(payload)
      if (this.#parts.length > maxParts) throw new Error('a message of the client has too many parts')
      if (final) this.#deliver(Buffer.concat(this.#parts.splice(0)))
    }
  }

  #deliver(message: Buffer): void {
    if (message[0] === channel.stdin) this.#handlers.onInput(message.subarray(1))
    else if (message[0] === channel.close && message[1] === channel.stdin) this.#handlers.onInputEnd()
  }
}

function handshake(key: string): string {
  const accept = createHash('sha1').update(`${key}${handshakeGuid}`).digest('base64')
  return [
    'HTTP/1.1 101 Switching Protocols',
    'upgrade: websocket',
    'connection: Upgrade',
    `sec-websocket-accept: ${accept}`,
    `sec-websocket-protocol: ${channelProtocol}`,
    '\r\n',
  ].join('\r\n')
}
