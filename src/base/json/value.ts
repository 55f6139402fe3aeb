// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../errors/plait-error.ts'

/** Anything that JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** A JSON object; a key may be absent. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

// Making one takes longer than most of what it decodes. A byte order mark is no JSON, as for Go.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * The value of a JSON text.
 *
 * @throws PlaitError `config/json-invalid`; for empty text with Go's wording, which tools match.
 */
export function parseJson(text: string | Uint8Array): JsonValue {
  const source = typeof text === 'string' ? text : decoder.decode(text)
  if (source.trim() === '') throw new PlaitError('config/json-invalid', 'unexpected end of JSON input')
  try {
    const value: JsonValue = JSON.parse(source)
    return value
  } catch (error) {
    throw new PlaitError('config/json-invalid', error instanceof Error ? error.message : String(error))
  }
}

/** Whether a value is an object, not an array and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The value of a key as Go's decoder finds it: the exact spelling if present, otherwise the last key
 * that differs only in case.
 */
export function getCaseInsensitive(object: JsonObject, key: string): JsonValue | undefined {
  if (Object.hasOwn(object, key)) return object[key]
  const folded = key.toLowerCase()
  // Most keys that are asked for are absent, and few of those that are there are as long.
  const isSame = (one: string): boolean => one.length === folded.length && one.toLowerCase() === folded
  const found = Object.keys(object).findLast(isSame)
  return found === undefined ? undefined : object[found]
}
