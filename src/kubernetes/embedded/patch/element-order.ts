// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonValue } from '../../../base/index.ts'
import { ownValue } from '../json/edit.ts'

/** What decides the order of a merged list. */
export interface ElementOrder {
  /** Items that the patch speaks of, in its order; they keep that order among themselves. */
  readonly wanted: readonly JsonValue[]
  /** The list before the patch; the items that only it has keep their order among themselves. */
  readonly before: readonly JsonValue[]
  /** Key by which items are known; `-` when the items are their own key. */
  readonly mergeKey: string
}

/**
 * A merged list in the order of the real server: of the two orders, an item that the patch does not speak of comes
 * before the next one that it speaks of only when it stood before it already.
 */
export function orderItems(
  items: readonly JsonValue[],
  { wanted, before, mergeKey }: ElementOrder,
): JsonValue[] {
  const keyOf = (item: JsonValue) =>
    JSON.stringify(mergeKey === '-' || !isJsonObject(item) ? item : (ownValue(item, mergeKey) ?? null))
  const wantedAt = new Map(wanted.map((item, index) => [keyOf(item), index]))
  const beforeAt = new Map(before.map((item, index) => [keyOf(item), index]))
  const sorted = (some: readonly JsonValue[], places: ReadonlyMap<string, number>) =>
    some.toSorted((a, b) => (places.get(keyOf(a)) ?? 0) - (places.get(keyOf(b)) ?? 0))
  const named = sorted(
    items.filter((item) => wantedAt.has(keyOf(item))),
    wantedAt,
  )
  const others = sorted(
    items.filter((item) => !wantedAt.has(keyOf(item))),
    beforeAt,
  )
  const stoodBefore = (a: JsonValue, b: JsonValue) =>
    (beforeAt.get(keyOf(a)) ?? Infinity) < (beforeAt.get(keyOf(b)) ?? -Infinity)
  return interleave(others, named, stoodBefore)
}

/** Both lists in one; the head of the first is taken only when it is to stand before the head of the second. */
function interleave(
  first: readonly JsonValue[],
  second: readonly JsonValue[],
  before: (a: JsonValue, b: JsonValue) => boolean,
): JsonValue[] {
  const [left, right] = [[...first], [...second]]
  const result: JsonValue[] = []
  while (left.length > 0 && right.length > 0) {
    const [a, b] = [left[0] ?? null, right[0] ?? null]
    result.push(before(a, b) ? a : b)
    if (before(a, b)) left.shift()
    else right.shift()
  }
  return [...result, ...right, ...left]
}
