// SPDX-License-Identifier: Apache-2.0

/** Keeps the values of a label bounded: some names, the first others that are seen, and `other` for the rest. */
export class BoundedNames {
  readonly #names: Set<string>
  readonly #most: number

  /** @param others how many names may come besides. */
  constructor(names: Iterable<string>, others: number) {
    this.#names = new Set(names)
    this.#most = this.#names.size + others
  }

  /** The name itself, or `other`. */
  of(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= this.#most) return 'other'
    this.#names.add(name)
    return name
  }
}
