// SPDX-License-Identifier: Apache-2.0

// Readers of foreign JSON. A field of the wrong kind reads as absent: the API server has checked the kinds of its own
// types, and one odd object must not take the whole list with it.

import { isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'

/** The object under a key; an empty one when the key is absent or holds something else. */
export function objectField(object: JsonObject, key: string): JsonObject {
  const value = object[key]
  return isJsonObject(value) ? value : {}
}

/** The objects of the array under a key, in order; elements of another kind are left out. */
export function objectsField(object: JsonObject, key: string): readonly JsonObject[] {
  return arrayField(object, key).filter((item) => isJsonObject(item))
}

/** The texts of the array under a key, in order; elements of another kind are left out. */
export function stringsField(object: JsonObject, key: string): readonly string[] {
  return arrayField(object, key).filter((item) => typeof item === 'string')
}

/** The text under a key, or undefined. */
export function stringField(object: JsonObject, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' ? value : undefined
}

/** The number under a key, or undefined. */
export function numberField(object: JsonObject, key: string): number | undefined {
  const value = object[key]
  return typeof value === 'number' ? value : undefined
}

/** The truth value under a key; false when absent. */
export function booleanField(object: JsonObject, key: string): boolean {
  return object[key] === true
}

/** A map of texts, as labels and annotations are; values of another kind are left out. */
export function stringMapField(object: JsonObject, key: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectField(object, key))
  // fromEntries defines own properties, so that a label called __proto__ stays a label.
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function arrayField(object: JsonObject, key: string): readonly JsonValue[] {
  const value = object[key]
  return Array.isArray(value) ? value : []
}
