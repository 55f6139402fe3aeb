// SPDX-License-Identifier: Apache-2.0

import { OversizeError } from './exchange.ts'

const newline = 0x0a

/** Cuts a stream of bytes into lines, whatever the pieces it comes in; a character cut in two stays whole. */
export class LineSplitter {
  readonly #maxLineBytes: number
  #pieces: Buffer[] = []
  #length = 0

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /** How many bytes of an unfinished line are held. */
  get pending(): number {
    return this.#length
  }

  /**
   * The lines that this piece completes, without their newline; empty lines are left out.
   *
   * @throws OversizeError when a line grows beyond the bound.
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end))
      start = end + 1
      const line = this.#take()
      if (line !== '') lines.push(line)
    }
    // A copy: the rest of a line must not hold the whole piece in memory.
    if (start < chunk.length) this.#keep(Buffer.from(chunk.subarray(start)))
    return lines
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length
    if (this.#length > this.#maxLineBytes) {
      throw new OversizeError(`a line has more than ${this.#maxLineBytes} bytes`)
    }
    this.#pieces.push(piece)
  }

  #take(): string {
    const [first] = this.#pieces
    const line =
      this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces, this.#length)
    this.#pieces = []
    this.#length = 0
    return line.toString('utf8').trim()
  }
}
