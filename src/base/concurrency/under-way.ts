// SPDX-License-Identifier: Apache-2.0

/** Knows of which keys something is under way. */
export class UnderWay {
  readonly #counts = new Map<string, number>()

  has(key: string): boolean {
    return this.#counts.has(key)
  }

  /** Runs a function, under its key as long as it takes. */
  async run<T>(key: string, fn: () => Promise<T>): Promise<T> {
    this.#count(key, 1)
    try {
      return await fn()
    } finally {
      this.#count(key, -1)
    }
  }

  #count(key: string, change: number): void {
    const count = (this.#counts.get(key) ?? 0) + change
    if (count === 0) this.#counts.delete(key)
    else this.#counts.set(key, count)
  }
}
