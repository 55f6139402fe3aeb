// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'

/** Reads the keys of the daemon's file, in any letter case; one that is absent or null is undefined. */
export class KeyReader {
  readonly #root: JsonObject
  readonly #path: string

  constructor(root: JsonObject, path: string) {
    this.#root = root
    this.#path = path
  }

  /** @throws PlaitError `daemon/config-invalid` when it is no string */
  text(key: string): string | undefined {
    const value = getCaseInsensitive(this.#root, key) ?? undefined
    if (value === undefined || typeof value === 'string') return value
    throw invalid(this.#path, `${key} is ${nameOf(value)}, and must be a string`)
  }

  /** @throws PlaitError `daemon/config-invalid` when it is neither true nor false */
  boolean(key: string): boolean | undefined {
    const value = getCaseInsensitive(this.#root, key) ?? undefined
    if (value === undefined || typeof value === 'boolean') return value
    throw invalid(this.#path, `${key} is ${nameOf(value)}, and must be true or false`)
  }

  /** @throws PlaitError `daemon/config-invalid` when it is no whole number */
  integer(key: string): number | undefined {
    const value = getCaseInsensitive(this.#root, key) ?? undefined
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw invalid(this.#path, `${key} is ${nameOf(value)}, and must be a whole number`)
  }
}

/** How a message names a value of the wrong type. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return `the ${typeof value} ${JSON.stringify(value)}`
}

/** What is thrown for a key of the daemon's file. */
export function invalid(path: string, problem: string): PlaitError {
  return new PlaitError(
    'daemon/config-invalid',
    `failed to unmarshall the daemon configuration: ${path}: ${problem}`,
  )
}
