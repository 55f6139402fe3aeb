// SPDX-License-Identifier: Apache-2.0

// Objects of the store are shared between readers and are never changed in place: these make changed copies.

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'

/** A copy with the value at a path; objects on the way are made when they are missing. */
export function withValue(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [key, ...rest] = path
  if (key === undefined) return object
  const child = ownValue(object, key)
  const next = rest.length === 0 ? value : withValue(isJsonObject(child) ? child : {}, rest, value)
  return { ...object, [key]: next }
}

/** A copy without the value at a path; the object itself when there is none. */
export function withoutValue(object: JsonObject, path: readonly string[]): JsonObject {
  const [key, ...rest] = path
  if (key === undefined || !Object.hasOwn(object, key)) return object
  if (rest.length === 0) {
    const { [key]: _removed, ...others } = object
    return others
  }
  const child = object[key]
  if (!isJsonObject(child)) return object
  const next = withoutValue(child, rest)
  return next === child ? object : { ...object, [key]: next }
}

/** The value at a path through objects; undefined when any part of it is missing. */
export function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let current = value
  for (const key of path) current = isJsonObject(current) ? ownValue(current, key) : undefined
  return current
}

/** A copy in which the value at a path is what another object has there, or is missing as it is missing there. */
export function withValueOf(object: JsonObject, path: readonly string[], source: JsonObject): JsonObject {
  const value = valueAt(source, path)
  return value === undefined ? withoutValue(object, path) : withValue(object, path, value)
}

/** A copy in which a missing value at a path is filled in. */
export function withDefault(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  return valueAt(object, path) === undefined ? withValue(object, path, value) : object
}

/** A copy in which each object of a list at a path is changed; the object itself when there is no such list. */
export function withEach(
  object: JsonObject,
  path: readonly string[],
  change: (item: JsonObject, index: number) => JsonObject,
): JsonObject {
  const list = valueAt(object, path)
  if (!isJsonList(list)) return object
  return withValue(
    object,
    path,
    list.map((item, index) => (isJsonObject(item) ? change(item, index) : item)),
  )
}

/** A value as the text that a selector or a path compares with: scalars as they are, the rest as JSON. */
export function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** The own member of an object: never something that all JavaScript objects have. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Whether a value is a list; unlike Array.isArray it keeps the type of the items. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
