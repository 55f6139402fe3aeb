// SPDX-License-Identifier: Apache-2.0

import { ProtocolError } from './protocol-error.ts'

/** The bytes of a text or byte field: its length (u32, little endian), then the bytes. */
export function encodeField(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([encodeNumber(bytes.length), bytes])
}

/** The bytes of a number field: u32, little endian. */
export function encodeNumber(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** Reads the fields of a payload one after the other; each read fails with a ProtocolError when too few bytes are left. */
export class FieldReader {
  readonly #payload: Buffer
  readonly #what: string
  #offset = 0

  /** @param what names the frame in error texts. */
  constructor(payload: Buffer, what: string) {
    this.#payload = payload
    this.#what = what
  }

  byte(): number {
    return this.#take(1).readUInt8()
  }

  number(): number {
    return this.#take(4).readUInt32LE()
  }

  bytes(): Buffer {
    return this.#take(this.number())
  }

  /** A field as UTF-8; what is not becomes U+FFFD. */
  text(): string {
    return this.bytes().toString('utf8')
  }

  /** What is left, as UTF-8. */
  rest(): string {
    return this.#take(this.#payload.length - this.#offset).toString('utf8')
  }

  /** @throws ProtocolError when bytes are left that belong to no field. */
  end(): void {
    const left = this.#payload.length - this.#offset
    if (left > 0) throw new ProtocolError(`Cannot read ${this.#what}: ${left} bytes follow its last field`)
  }

  #take(size: number): Buffer {
    const end = this.#offset + size
    if (end > this.#payload.length) {
      throw new ProtocolError(
        `Cannot read ${this.#what}: a field needs ${size} bytes, and ${this.#payload.length - this.#offset} are left`,
      )
    }
    const taken = this.#payload.subarray(this.#offset, end)
    this.#offset = end
    return taken
  }
}
