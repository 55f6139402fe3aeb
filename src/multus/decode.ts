// SPDX-License-Identifier: Apache-2.0

// Objects that upstream reads with Go's decoder are read with its rules, so that a document is
// accepted here exactly when it is accepted there (JSON-1, JSON-2).

import { getCaseInsensitive, isJsonObject, parseJson, PlaitError } from '../base/index.ts'
import type { JsonObject, JsonValue } from '../base/index.ts'

/** Typed access to the members of one object; an absent member and an explicit null are undefined. */
export interface Fields {
  string(key: string): string | undefined
  boolean(key: string): boolean | undefined
  integer(key: string): number | undefined
  object(key: string): JsonObject | undefined
  list(key: string): readonly JsonValue[] | undefined
  strings(key: string): readonly string[] | undefined
  booleans(key: string): Readonly<Record<string, boolean>> | undefined
}

/**
 * Reads members as Go's decoder would: names match in any case, unknown ones are ignored.
 *
 * @param struct the name that a type error shows, such as `NetConf`.
 * The methods throw PlaitError `config/json-invalid` with Go's text for a member of the wrong type.
 */
export function fieldsOf(object: JsonObject, struct: string): Fields {
  function narrowed<T>(key: string, { type, narrow }: Kind<T>, value: JsonValue): T {
    const result = narrow(value)
    if (result === undefined) throw mismatch(kindOf(value), `struct field ${struct}.${key}`, type)
    return result
  }
  function read<T>(key: string, kind: Kind<T>): T | undefined {
    const value = getCaseInsensitive(object, key)
    return value === undefined || value === null ? undefined : narrowed(key, kind, value)
  }
  return {
    string: (key) => read(key, kinds.string),
    boolean: (key) => read(key, kinds.boolean),
    integer: (key) => read(key, kinds.integer),
    object: (key) => read(key, kinds.object),
    list: (key) => read(key, kinds.list),
    strings: (key) => read(key, kinds.strings)?.map((value) => narrowed(key, kinds.element, value)),
    booleans: (key) => {
      const members = read(key, kinds.booleans)
      return members && mapMembers(members, (value) => narrowed(key, kinds.flag, value))
    },
  }
}

function mapMembers<T>(object: JsonObject, map: (value: JsonValue) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value ?? null)]))
}

/**
 * The value of a JSON text; text that is cut off gets Go's words, which tools match, everything else
 * the position of the fault.
 *
 * @throws PlaitError `config/json-invalid`.
 */
export function parseDocument(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
    const cutOff = position === undefined ? endsEarly(error) : Number(position) >= text.trimEnd().length
    throw cutOff ? new PlaitError('config/json-invalid', 'unexpected end of JSON input') : error
  }
}

/** Go's error for a value of another kind than the one wanted. */
export function mismatch(kind: string, place: string, type: string): PlaitError {
  return new PlaitError(
    'config/json-invalid',
    `json: cannot unmarshal ${kind} into Go ${place} of type ${type}`,
  )
}

/** The word for the kind of a JSON value in Go's errors. */
export function kindOf(value: JsonValue): string {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`
  if (typeof value === 'string') return 'string'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : 'object'
}

function endsEarly(error: unknown): boolean {
  return error instanceof Error && /unexpected end of json input/i.test(error.message)
}

interface Kind<T> {
  /** Go's name for it. */
  readonly type: string
  readonly narrow: (value: JsonValue) => T | undefined
}

const asString = (value: JsonValue): string | undefined => (typeof value === 'string' ? value : undefined)
const asBoolean = (value: JsonValue): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const asInteger = (value: JsonValue): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) ? value : undefined
const asObject = (value: JsonValue): JsonObject | undefined => (isJsonObject(value) ? value : undefined)
const asList = (value: JsonValue): readonly JsonValue[] | undefined => (isList(value) ? value : undefined)

const kinds = {
  string: { type: 'string', narrow: asString },
  boolean: { type: 'bool', narrow: asBoolean },
  integer: { type: 'int', narrow: asInteger },
  object: { type: 'map[string]interface {}', narrow: asObject },
  list: { type: '[]interface {}', narrow: asList },
  strings: { type: '[]string', narrow: asList },
  booleans: { type: 'map[string]bool', narrow: asObject },
  // Inside lists and maps Go turns null into the zero value instead of an error.
  element: { type: 'string', narrow: (value: JsonValue) => (value === null ? '' : asString(value)) },
  flag: { type: 'bool', narrow: (value: JsonValue) => (value === null ? false : asBoolean(value)) },
}

/** Whether a JSON value is a list; unlike Array.isArray it keeps the type of the items. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
