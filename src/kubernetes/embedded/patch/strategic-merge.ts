// SPDX-License-Identifier: Apache-2.0

// Strategic merge patch: a merge patch that knows which lists are merged by a key. Besides null it has the directives
// $patch (replace, delete, merge), $retainKeys, $deleteFromPrimitiveList/<field> and $setElementOrder/<field>.

import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue } from '../json/edit.ts'
import { fieldSchema, resolveSchema } from '../schema/schema.ts'
import type { ListSchema, Schema } from '../schema/schema.ts'
import { badRequest } from '../status/refusals.ts'
import { orderItems } from './element-order.ts'

const deletePrefix = '$deleteFromPrimitiveList/'
const orderPrefix = '$setElementOrder/'

/**
 * The object after a strategic merge patch.
 *
 * @throws StatusError 400 for a directive that is not one, or for a list item without its merge key
 */
export function applyStrategicMerge(target: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch)
  if (patch['$patch'] === 'delete') return {}
  const result = new Map(Object.entries(retained(target, patch)).filter(([, value]) => value !== undefined))
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key.startsWith('$')) continue
    const merged = mergeField(key, value, { target: result.get(key), patch, schema })
    if (merged === undefined) result.delete(key)
    else result.set(key, merged)
  }
  for (const key of Object.keys(patch)) applyListDirective(key, patch, { result, schema })
  return Object.fromEntries(result)
}

interface FieldMerge {
  readonly target: JsonValue | undefined
  readonly patch: JsonObject
  readonly schema: Schema
}

function mergeField(
  key: string,
  value: JsonValue,
  { target, patch, schema }: FieldMerge,
): JsonValue | undefined {
  if (value === null) return undefined
  const field = fieldSchema(schema, key) ?? { kind: 'any' }
  const resolved = resolveSchema(field)
  if (isJsonObject(value)) {
    if (value['$patch'] === 'delete') return undefined
    return applyStrategicMerge(isJsonObject(target) ? target : {}, value, field)
  }
  if (!isJsonList(value) || resolved.kind !== 'list' || resolved.mergeKey === undefined) return value
  const order = ownValue(patch, orderPrefix + key)
  const { mergeKey } = resolved
  const before = isJsonList(target) ? target : []
  const merged = mergeList(before, value, { ...resolved, mergeKey })
  return isJsonList(order) ? orderItems(merged, { wanted: order, before, mergeKey }) : merged
}

/** Directives for a field that stand beside it, or without it. */
function applyListDirective(
  key: string,
  patch: JsonObject,
  { result, schema }: { result: Map<string, JsonValue | undefined>; schema: Schema },
): void {
  const value = ownValue(patch, key)
  if (!isJsonList(value)) return
  if (key.startsWith(deletePrefix)) {
    const name = key.slice(deletePrefix.length)
    const list = result.get(name)
    if (!isJsonList(list)) return
    result.set(
      name,
      list.filter((item) => !value.some((gone) => isDeepStrictEqual(gone, item))),
    )
  } else if (key.startsWith(orderPrefix)) {
    const name = key.slice(orderPrefix.length)
    const list = result.get(name)
    const resolved = resolveSchema(fieldSchema(schema, name) ?? { kind: 'any' })
    const isMerged = ownValue(patch, name) !== undefined
    if (isMerged || !isJsonList(list) || resolved.kind !== 'list' || resolved.mergeKey === undefined) return
    result.set(name, orderItems(list, { wanted: value, before: list, mergeKey: resolved.mergeKey }))
  }
}

function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch['$retainKeys']
  if (!isJsonList(keys)) return target
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)))
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')))
}

type MergedList = ListSchema & { readonly mergeKey: string }

function mergeList(
  target: readonly JsonValue[],
  patch: readonly JsonValue[],
  schema: MergedList,
): readonly JsonValue[] {
  const { mergeKey } = schema
  if (mergeKey === '-') {
    const added = patch.filter((item) => !target.some((one) => isDeepStrictEqual(one, item)))
    return orderItems([...target, ...added], { wanted: patch, before: target, mergeKey })
  }
  const items = patch.map((item) => (isJsonObject(item) ? item : {}))
  const replaces = items.some((item) => item['$patch'] === 'replace')
  let result: readonly JsonValue[] = replaces ? [] : target
  for (const item of items) {
    if (item['$patch'] === 'replace' && ownValue(item, mergeKey) === undefined) continue
    result = mergeItem(result, item, schema)
  }
  return replaces ? result : orderItems(result, { wanted: items, before: target, mergeKey })
}

function mergeItem(
  list: readonly JsonValue[],
  item: JsonObject,
  { mergeKey, items }: MergedList,
): readonly JsonValue[] {
  const key = ownValue(item, mergeKey)
  if (key === undefined) {
    throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
  }
  const matches = (one: JsonValue) => isJsonObject(one) && isDeepStrictEqual(ownValue(one, mergeKey), key)
  if (item['$patch'] === 'delete') return list.filter((one) => !matches(one))
  const index = list.findIndex(matches)
  const found = list[index]
  if (!isJsonObject(found)) return [...list, applyStrategicMerge({}, item, items)]
  return list.toSpliced(index, 1, applyStrategicMerge(found, item, items))
}
