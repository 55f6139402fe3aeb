// SPDX-License-Identifier: Apache-2.0

/** What a WebSocket frame is for (RFC 6455, section 5.2). */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A WebSocket frame, unmasked. */
export interface WebSocketFrame {
  readonly opcode: number
  /** Whether it is the last one of its message. */
  readonly final: boolean
  readonly payload: Buffer
}

const maxPayload = 1 << 20

/** Takes what a client sends, piece by piece, and gives its frames. */
export class FrameDecoder {
  #pending: Buffer = Buffer.alloc(0)

  /** The frames that are complete now. @throws Error when a frame is too long or not masked, as clients must do */
  push(chunk: Buffer): WebSocketFrame[] {
    this.#pending = Buffer.concat([this.#pending, chunk])
    const frames: WebSocketFrame[] = []
    for (let next = decodeFrame(this.#pending); next !== undefined; next = decodeFrame(this.#pending)) {
      frames.push(next.frame)
      this.#pending = this.#pending.subarray(next.length)
    }
    return frames
  }
}

function decodeFrame(bytes: Buffer): { readonly frame: WebSocketFrame; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  if ((second & 0x80) === 0) throw new Error('a frame of the client is not masked')
  const size = readSize(bytes, second & 0x7f)
  if (size === undefined) return undefined
  if (size.payload > maxPayload) throw new Error(`a frame of ${size.payload} bytes is too long`)
  const start = size.header + 4
  const length = start + size.payload
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(size.header, start)
  const payload = Buffer.from(bytes.subarray(start, length))
  for (let at = 0; at < payload.length; at += 1) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0)
  return { frame: { opcode: first & 0x0f, final: (first & 0x80) !== 0, payload }, length }
}

function readSize(
  bytes: Buffer,
  short: number,
): { readonly payload: number; readonly header: number } | undefined {
  if (short < 126) return { payload: short, header: 2 }
  const wide = short === 127
  const header = wide ? 10 : 4
  if (bytes.length < header) return undefined
  return { payload: wide ? Number(bytes.readBigUInt64BE(2)) : bytes.readUInt16BE(2), header }
}

/** A frame as a server sends it: whole and unmasked. */
export function encodeFrame(code: number, payload: Buffer): Buffer {
  const wide = payload.length > 0xffff
  const header = Buffer.alloc(payload.length < 126 ? 2 : wide ? 10 : 4)
  header[0] = 0x80 | code
  if (payload.length < 126) header[1] = payload.length
  else if (wide) {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(payload.length), 2)
  } else {
    header[1] = 126
    header.writeUInt16BE(payload.length, 2)
  }
  return Buffer.concat([header, payload])
}
