// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList } from '../json/edit.ts'
import { decodeTyped } from './decode.ts'
import type { Decoded } from './decode.ts'
import { builtinType } from './builtin-types.ts'
import { fieldSchema, resolveSchema } from './schema.ts'
import type { ObjectSchema, Schema } from './schema.ts'

/**
 * A custom resource without the fields that its schema does not know. Types are not looked at here, but for the
 * metadata, which is that of all objects.
 *
 * @throws DecodeError when the metadata has a field of a wrong type
 */
export function decodeCustom(object: JsonObject, schema: ObjectSchema): Decoded {
  const unknown: string[] = []
  const { metadata, ...rest } = object
  const pruned = pruneObject(rest, schema, '', unknown)
  if (!isJsonObject(metadata)) return { object: pruned, unknown }
  const decoded = decodeTyped(metadata, builtinType('ObjectMeta'))
  unknown.push(...decoded.unknown.map((path) => `metadata.${path}`))
  return { object: { ...pruned, metadata: decoded.object }, unknown }
}

function prune(value: JsonValue, schema: Schema, path: string, unknown: string[]): JsonValue {
  const resolved = resolveSchema(schema)
  if (isJsonList(value)) {
    if (resolved.kind !== 'list') return value
    return value.map((item, index) => prune(item, resolved.items, `${path}[${index}]`, unknown))
  }
  if (!isJsonObject(value) || (resolved.kind !== 'object' && resolved.kind !== 'map')) return value
  return pruneObject(value, resolved, path, unknown)
}

function pruneObject(object: JsonObject, schema: Schema, path: string, unknown: string[]): JsonObject {
  const kept: [string, JsonValue][] = []
  for (const [key, value] of Object.entries(object)) {
    const at = path === '' ? key : `${path}.${key}`
    const field = fieldSchema(schema, key)
    if (field === undefined) unknown.push(at)
    else if (value !== undefined) kept.push([key, prune(value, field, at, unknown)])
  }
  return Object.fromEntries(kept)
}
