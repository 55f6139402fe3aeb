// SPDX-License-Identifier: Apache-2.0

/** Bytes that grow while a message is put together. Integers are little-endian unless named otherwise. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(512)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Puts an integer of 1, 2 or 4 bytes; negative values as two's complement. */
  uint(value: number, size: 1 | 2 | 4): void {
    const at = this.#reserve(size)
    for (let index = 0; index < size; index++) this.#bytes[at + index] = value >>> (8 * index)
  }

  /** Puts an integer of 2 or 4 bytes in network byte order. */
  uintBe(value: number, size: 2 | 4): void {
    const at = this.#reserve(size)
    for (let index = 0; index < size; index++) this.#bytes[at + index] = value >>> (8 * (size - 1 - index))
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** Puts text as UTF-8, without an end mark. */
  text(text: string): void {
    const at = this.#reserve(Buffer.byteLength(text))
    this.#bytes.write(text, at)
  }

  zeros(count: number): void {
    if (count === 0) return
    const at = this.#reserve(count)
    this.#bytes.fill(0, at, at + count)
  }

  /** Pads with zeros to the next multiple of 4, as everything in netlink is. */
  align(): void {
    this.zeros(-this.#length & 3)
  }

  /** Overwrites an integer that was put before. */
  patch(at: number, value: number, size: 2 | 4): void {
    if (size === 2) this.#bytes.writeUInt16LE(value, at)
    else this.#bytes.writeUInt32LE(value, at)
  }

  /** All that was put. Nothing more is to be put then: the bytes are not copied. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#length, 2 * this.#bytes.length))
    }
    return at
  }
}
