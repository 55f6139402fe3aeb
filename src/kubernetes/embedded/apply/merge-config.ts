// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue, withoutValue } from '../json/edit.ts'
import type { ListSchema, Schema } from '../schema/schema.ts'
import { isEmptySet, noFields } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { childSchema, isNamedField, itemElement, shapeOf } from './shape.ts'

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

/**
 * Items of both lists. Those of the configuration come in its order; what only the live list has comes after the
 * items that it followed there, as far as the two orders allow. This is the order of the real server, item by item.
 */
function mergeItems(live: readonly JsonValue[], config: readonly JsonValue[], list: ListSchema): JsonValue {
  const left = live.map((item) => itemElement(item, list))
  const right = config.map((item) => itemElement(item, list))
  const wanted = new Set(right)
  const shared = right.filter((element) => left.includes(element))
  const liveItems = new Map(live.map((item, index) => [left[index], item]))
  const merged: JsonValue[] = []
  const taken = new Set<string>()
  let [at, from] = [0, 0]
  const takeWanted = (element: string, item: JsonValue): void => {
    merged.push(mergeConfig(liveItems.get(element), item, list.items))
    taken.add(element)
    from += 1
    if (shared[0] === element) shared.shift()
  }
  while (at < left.length || from < right.length) {
    const [old, next] = [left[at], right[from]]
    const [oldItem, nextItem] = [live[at], config[from]]
    if (old !== undefined && oldItem !== undefined && !wanted.has(old)) {
      merged.push(oldItem)
      at += 1
    } else if (
      old !== undefined &&
      next !== undefined &&
      old !== next &&
      shared[0] !== undefined &&
      shared[0] !== old
    ) {
      // An item of both whose turn has not come, or is over.
      at += 1
    } else {
      if (old !== undefined && (old === next || taken.has(old))) at += 1
      if (next !== undefined && nextItem !== undefined) takeWanted(next, nextItem)
    }
  }
  return merged
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
    const surrender = { last: lastChild, kept: kept.children.get(element) ?? noFields }
    // A key of a map goes with its owner; a field of a type stays as long as anything in it is owned.
    const goes = !isNamedField(schema, key) && isGivenUp(surrender)
    const next = goes ? undefined : pruneValue(value, surrender, childSchema(schema, key))
    result = next === undefined ? withoutValue(result, [key]) : { ...result, [key]: next }
  }
  return result
}

function isGivenUp({ last, kept }: Surrender): boolean {
  return last.owned && !kept.owned
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
  const surrender = { last: lastItem, kept: kept.children.get(element) ?? noFields }
  const pruned = isGivenUp(surrender) ? undefined : pruneValue(item, surrender, list.items)
  return pruned === undefined ? [] : [pruned]
}
