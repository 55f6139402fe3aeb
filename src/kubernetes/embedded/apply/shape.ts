// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue } from '../json/edit.ts'
import { fieldSchema, resolveSchema } from '../schema/schema.ts'
import type { ListSchema, Schema } from '../schema/schema.ts'

/** How a value is owned: as a whole, by its fields, or by its items. */
export type Shape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'fields' }
  | { readonly kind: 'items'; readonly list: ListSchema }

/** The way in which a value of a schema is owned; what has no schema is owned by field, its lists as a whole. */
export function shapeOf(value: JsonValue | undefined, schema: Schema): Shape {
  const resolved = resolveSchema(schema)
  if (isJsonObject(value)) {
    const atomic = (resolved.kind === 'object' || resolved.kind === 'map') && resolved.atomic
    return { kind: atomic || resolved.kind === 'scalar' ? 'leaf' : 'fields' }
  }
  if (isJsonList(value) && resolved.kind === 'list' && resolved.type !== 'atomic') {
    return { kind: 'items', list: resolved }
  }
  return { kind: 'leaf' }
}

/** Schema of a field, or of whatever an unknown field may hold. */
export function childSchema(schema: Schema, name: string): Schema {
  return fieldSchema(schema, name) ?? { kind: 'any' }
}

/** Whether a name is a field of a type, not a key of a map. */
export function isNamedField(schema: Schema, name: string): boolean {
  const resolved = resolveSchema(schema)
  return resolved.kind === 'object' && resolved.fields.has(name)
}

/** The path element of an item of a list that is owned by items: its value, or its keys with their defaults. */
export function itemElement(item: JsonValue, list: ListSchema): string {
  if (list.type === 'set' || !isJsonObject(item)) return `v:${JSON.stringify(item)}`
  const schema = resolveSchema(list.items)
  const keys = list.keys.toSorted().flatMap((key): [string, JsonValue][] => {
    const fallback = schema.kind === 'object' ? schema.fields.get(key)?.defaultValue : undefined
    const value = ownValue(item, key) ?? fallback
    return value === undefined ? [] : [[key, value]]
  })
  return `k:${JSON.stringify(Object.fromEntries(keys))}`
}
