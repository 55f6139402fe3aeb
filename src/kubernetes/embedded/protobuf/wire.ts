// SPDX-License-Identifier: Apache-2.0

// The wire format of protocol buffers, as far as Kubernetes uses it: varints, 64 and 32 bit numbers, byte strings.

/** A field of a message as it stands on the wire. */
export interface WireField {
  readonly number: number
  /** Of a varint or a fixed number; 0 otherwise. */
  readonly value: bigint
  /** Of a byte string, a text or a message; empty otherwise. */
  readonly bytes: Uint8Array
}

/** Bytes that are not a message. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

const none = new Uint8Array()

/** The fields of a message, in order. @throws WireError */
export function readFields(message: Uint8Array): readonly WireField[] {
  const reader = new WireReader(message)
  const fields: WireField[] = []
  while (!reader.atEnd) {
    const tag = reader.varint()
    const number = Number(tag >> 3n)
    if (number === 0) throw new WireError('field number 0')
    fields.push({ number, ...reader.content(Number(tag & 7n)) })
  }
  return fields
}

/** The varints of a packed list. @throws WireError */
export function readVarints(bytes: Uint8Array): readonly bigint[] {
  const reader = new WireReader(bytes)
  const values: bigint[] = []
  while (!reader.atEnd) values.push(reader.varint())
  return values
}

class WireReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw new WireError('a number is cut short')
      this.#at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new WireError('a number is longer than ten bytes')
  }

  content(wireType: number): Pick<WireField, 'value' | 'bytes'> {
    switch (wireType) {
      case 0:
        return { value: this.varint(), bytes: none }
      case 1:
        return { value: this.#view.getBigUint64(this.#skip(8), true), bytes: none }
      case 2: {
        const length = Number(this.varint())
        const start = this.#skip(length)
        return { value: 0n, bytes: this.#bytes.subarray(start, start + length) }
      }
      case 5:
        return { value: BigInt(this.#view.getUint32(this.#skip(4), true)), bytes: none }
      default:
        throw new WireError(`wire type ${wireType}`)
    }
  }

  #skip(count: number): number {
    const start = this.#at
    if (start + count > this.#bytes.length) throw new WireError('a field is cut short')
    this.#at += count
    return start
  }
}
