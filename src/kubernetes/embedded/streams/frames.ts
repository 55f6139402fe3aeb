// SPDX-License-Identifier: Apache-2.0

// WebSocket frames (RFC 6455), as far as a server needs them: data in any number of fragments, ping, close.

/** A frame of a client, unmasked. */
export interface Frame {
  readonly isLast: boolean
  readonly opcode: number
  readonly payload: Buffer
}

/** Kinds of frames. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** Bytes that are no frame, or a frame that is too large. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** Cuts the bytes of a client into frames, whatever the pieces in which they come. */
export class FrameReader {
  readonly #maxBytes: number
  #buffer = Buffer.alloc(0)

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The frames that are whole with these bytes. @throws FrameError */
  push(bytes: Buffer): readonly Frame[] {
    this.#buffer = Buffer.concat([this.#buffer, bytes])
    const frames: Frame[] = []
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame)
    return frames
  }

  #next(): Frame | undefined {
    const header = this.#header()
    if (header === undefined) return undefined
    const { start, length, first } = header
    const end = start + 4 + length
    if (this.#buffer.length < end) return undefined
    const mask = this.#buffer.subarray(start, start + 4)
    const payload = Buffer.from(this.#buffer.subarray(start + 4, end))
    for (let index = 0; index < payload.length; index += 1)
      payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0)
    this.#buffer = this.#buffer.subarray(end)
    return { isLast: first >= 0x80, opcode: first & 0x0f, payload }
  }

  #header(): { readonly start: number; readonly length: number; readonly first: number } | undefined {
    if (this.#buffer.length < 2) return undefined
    const first = this.#buffer.readUInt8(0)
    const second = this.#buffer.readUInt8(1)
    if (second < 0x80) throw new FrameError('a frame of a client is not masked')
    const short = second & 0x7f
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0
    if (this.#buffer.length < 2 + extra) return undefined
    const long =
      extra === 2
        ? this.#buffer.readUInt16BE(2)
        : extra === 8
          ? Number(this.#buffer.readBigUInt64BE(2))
          : short
    if (long > this.#maxBytes) throw new FrameError(`a frame has ${long} bytes, more than ${this.#maxBytes}`)
    return { start: 2 + extra, length: long, first }
  }
}

/** A whole message as the one frame that a server sends. */
export function encodeFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload
  const head =
    length < 126 ? Buffer.of(0x80 | opcode, length) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  if (length >= 126) {
    head.writeUInt8(0x80 | opcode, 0)
    head.writeUInt8(length < 65_536 ? 126 : 127, 1)
    if (length < 65_536) head.writeUInt16BE(length, 2)
    else head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, payload])
}
