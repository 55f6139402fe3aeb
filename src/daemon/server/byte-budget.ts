// SPDX-License-Identifier: Apache-2.0

/** How many bytes of one kind are held at the same time, over all connections. */
export class ByteBudget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** A share, empty at first. */
  open(): ByteShare {
    return new ByteShare((bytes) => this.#take(bytes))
  }

  #take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }
}

/** What one connection holds of a {@link ByteBudget}; disposing of it gives all of it back. */
export class ByteShare implements Disposable {
  readonly #take: (bytes: number) => boolean
  #held = 0

  constructor(take: (bytes: number) => boolean) {
    this.#take = take
  }

  /** Takes more, or nothing when so much is not left. */
  grow(bytes: number): boolean {
    if (!this.#take(bytes)) return false
    this.#held += bytes
    return true
  }

  /** Holds so much from here on; what it held before when so much is not left. */
  resize(bytes: number): boolean {
    return this.grow(bytes - this.#held)
  }

  [Symbol.dispose](): void {
    this.#take(-this.#held)
    this.#held = 0
  }
}
