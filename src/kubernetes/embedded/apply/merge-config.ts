// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue, withoutValue } from '../json/edit.ts'
import type { ListSchema, Schema } from '../schema/schema.ts'
import { isEmptySet, noFields } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { childSchema, itemElement, shapeOf } from './shape.ts'

/** The live object with an applied configuration laid over it. */
export function mergeConfig(live: JsonValue | undefined, config: JsonValue, schema: Schema): JsonValue {
  const shape = shapeOf(config, schema)
  if (shape.kind === 'fields' && isJsonObject(config) && isJsonObject(live)) {
    const merged: [string, JsonValue | undefined][] = Object.entries(config).map(([key, value]) => [
      key,
      value === undefined ? value : mergeConfig(ownValue(live, key), value, childSchema(schema, key)),
    ])
    return { ...live, ...Object.fromEntries(merged) }
  }
  if (shape.kind === 'items' && isJsonList(config) && isJsonList(live))
    return mergeItems(live, config, shape.list)
  return config
}

/** Items of both in the order of the configuration; what only the live list has keeps its place before what followed it. */
function mergeItems(live: readonly JsonValue[], config: readonly JsonValue[], list: ListSchema): JsonValue {
  const liveItems = live.map((item) => [itemElement(item, list), item] as const)
  const byElement = new Map(liveItems)
  const wanted = new Set(config.map((item) => itemElement(item, list)))
  const merged: JsonValue[] = []
  const queue = [...liveItems]
  const emitted = new Set<string>()
  for (const item of config) {
    const element = itemElement(item, list)
    for (let [head] = queue; head !== undefined; [head] = queue) {
      if (wanted.has(head[0]) && !emitted.has(head[0])) break
      if (!wanted.has(head[0])) merged.push(head[1])
      queue.shift()
    }
    merged.push(mergeConfig(byElement.get(element), item, list.items))
    emitted.add(element)
  }
  return [...merged, ...queue.filter(([element]) => !wanted.has(element)).map(([, item]) => item)]
}

/** What a manager gives up by applying a configuration without it. */
export interface Surrender {
  /** The fields of its previous configuration. */
  readonly last: FieldSet
  /** The fields that it, or anybody else, owns from here on. */
  readonly kept: FieldSet
}

/** The merged object without the fields that the manager gave up and nobody else owns. */
export function pruneSurrendered(merged: JsonObject, { last, kept }: Surrender, schema: Schema): JsonObject {
  let result = merged
  for (const [element, lastChild] of last.children) {
    const key = element.slice(2)
    const value = ownValue(result, key)
    if (!element.startsWith('f:') || value === undefined) continue
    const next = pruneValue(
      value,
      { last: lastChild, kept: kept.children.get(element) ?? noFields },
      childSchema(schema, key),
    )
    result = next === undefined ? withoutValue(result, [key]) : { ...result, [key]: next }
  }
  return result
}

function pruneValue(value: JsonValue, surrender: Surrender, schema: Schema): JsonValue | undefined {
  const { last, kept } = surrender
  const shape = shapeOf(value, schema)
  const gone = isEmptySet(kept)
  if (shape.kind === 'fields' && isJsonObject(value)) {
    if (gone && last.owned) return undefined
    const pruned = pruneSurrendered(value, surrender, schema)
    return gone && Object.keys(pruned).length === 0 ? undefined : pruned
  }
  if (shape.kind === 'items' && isJsonList(value)) {
    const pruned = value.flatMap((item) => pruneItem(item, surrender, shape.list))
    return gone && pruned.length === 0 ? undefined : pruned
  }
  return gone && last.owned ? undefined : value
}

function pruneItem(item: JsonValue, { last, kept }: Surrender, list: ListSchema): readonly JsonValue[] {
  const element = itemElement(item, list)
  const lastItem = last.children.get(element)
  if (lastItem === undefined) return [item]
  const keptItem = kept.children.get(element) ?? noFields
  const pruned = pruneValue(item, { last: lastItem, kept: keptItem }, list.items)
  return pruned === undefined ? [] : [pruned]
}
