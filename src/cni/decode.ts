// SPDX-License-Identifier: Apache-2.0

// Known fields of foreign JSON, read as Go's decoder reads them into a struct: keys in any letter case, null is
// the same as absent, a value of another type is an error that names the field.

import { ConfigError, getCaseInsensitive, isJsonObject } from '../base/index.ts'
import type { JsonObject, JsonValue } from '../base/index.ts'

/** The name of a field below `path`, such as `ips[0].address`. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

/** What Go calls the type of a decoded value; some texts of upstream contain it. */
export function goTypeName(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return 'float64'
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

/** The value as an object. @throws ConfigError naming `path`. */
export function readRoot(value: JsonValue, path: string): JsonObject {
  if (!isJsonObject(value)) throw wrongType(path, 'an object', value)
  return value
}

/** A text; empty when absent. @throws ConfigError */
export function readText(object: JsonObject, key: string, path: string): string {
  const value = getCaseInsensitive(object, key) ?? ''
  if (typeof value !== 'string') throw wrongType(joinPath(path, key), 'a string', value)
  return value
}

/** A whole number; undefined when absent. @throws ConfigError */
export function readInteger(object: JsonObject, key: string, path: string): number | undefined {
  const value = getCaseInsensitive(object, key) ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== 'number') throw wrongType(joinPath(path, key), 'a whole number', value)
  if (!Number.isInteger(value)) throw new ConfigError(joinPath(path, key), `${value} is not a whole number`)
  return value
}

/** An object; undefined when absent. @throws ConfigError */
export function readObject(object: JsonObject, key: string, path: string): JsonObject | undefined {
  const value = getCaseInsensitive(object, key) ?? undefined
  return value === undefined ? undefined : readRoot(value, joinPath(path, key))
}

/** A list; undefined when absent. @throws ConfigError */
export function readList(object: JsonObject, key: string, path: string): readonly JsonValue[] | undefined {
  const value = getCaseInsensitive(object, key) ?? undefined
  if (value === undefined || isList(value)) return value
  throw wrongType(joinPath(path, key), 'a list', value)
}

/** A list of texts; undefined when absent. @throws ConfigError */
export function readTexts(object: JsonObject, key: string, path: string): readonly string[] | undefined {
  return readList(object, key, path)?.map((item, index) => {
    if (typeof item !== 'string') throw wrongType(`${joinPath(path, key)}[${index}]`, 'a string', item)
    return item
  })
}

/** Whether a value is a list; unlike Array.isArray it keeps the type of the items. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function wrongType(path: string, wanted: string, value: JsonValue): ConfigError {
  return new ConfigError(path, `expected ${wanted}, found ${describeValue(value)}`)
}

const shownCharacters = 40

function describeValue(value: JsonValue): string {
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const text = JSON.stringify(value)
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}
