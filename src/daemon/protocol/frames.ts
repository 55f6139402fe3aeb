// SPDX-License-Identifier: Apache-2.0

import { protocolLimits } from './limits.ts'
import { ProtocolError } from './protocol-error.ts'

/** What a frame carries: its first byte. */
export const frameType = { request: 1, exec: 2, execResult: 3, reply: 4, find: 5, found: 6, kill: 7 } as const

/** The number of a frame type. */
export type FrameType = (typeof frameType)[keyof typeof frameType]

/** One frame: type (u8), length of the payload (u32, little endian), payload. */
export interface Frame {
  readonly type: FrameType
  readonly payload: Buffer
}

const headerBytes = 5

/** The bytes of a frame. */
export function encodeFrame(type: FrameType, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + payload.length)
  frame.writeUInt8(type, 0)
  frame.writeUInt32LE(payload.length, 1)
  frame.set(payload, headerBytes)
  return frame
}

/** Puts the pieces of a stream together again to frames. It holds at most one incomplete frame. */
export class FrameReader {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #size = 0

  constructor(maxBytes: number = protocolLimits.frameBytes) {
    this.#maxBytes = maxBytes
  }

  /**
   * The frames that are complete with these bytes.
   *
   * @throws ProtocolError for an unknown type, or a length above the limit, as soon as that is known.
   */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    const frames: Frame[] = []
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame)
    return frames
  }

  /** How many bytes of a frame have come whose rest has not. */
  get heldBytes(): number {
    return this.#size
  }

  #take(): Frame | undefined {
    const header = this.#peekHeader()
    if (header === undefined || this.#size < headerBytes + header.length) return undefined
    const all = this.#join()
    const end = headerBytes + header.length
    this.#chunks = all.length > end ? [all.subarray(end)] : []
    this.#size = all.length - end
    return { type: header.type, payload: all.subarray(headerBytes, end) }
  }

  #peekHeader(): { type: FrameType; length: number } | undefined {
    if (this.#size === 0) return undefined
    if ((this.#chunks[0]?.length ?? 0) < headerBytes) this.#join()
    const first = this.#chunks[0] ?? Buffer.alloc(0)
    const type = parseType(first.readUInt8(0))
    if (first.length < headerBytes) return undefined
    const length = first.readUInt32LE(1)
    if (length > this.#maxBytes) {
      throw new ProtocolError(`Cannot read a frame of ${length} bytes: at most ${this.#maxBytes} are allowed`)
    }
    return { type, length }
  }

  #join(): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size)
    const joined = all ?? Buffer.alloc(0)
    this.#chunks = [joined]
    return joined
  }
}

function parseType(value: number): FrameType {
  const type = Object.values(frameType).find((known) => known === value)
  if (type === undefined)
    throw new ProtocolError(`Cannot read a frame of type ${value}: there is no such type`)
  return type
}
