// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonValue } from '../../../base/index.ts'
import { ownValue } from '../json/edit.ts'

/**
 * A merged list in the order that `$setElementOrder` asks for. Items that it does not name stay where they were,
 * before the next item that it names.
 *
 * @param mergeKey key by which items are known; `-` when the items are their own key
 */
export function orderItems(
  items: readonly JsonValue[],
  order: readonly JsonValue[],
  mergeKey: string,
): readonly JsonValue[] {
  const keyOf = (item: JsonValue) =>
    JSON.stringify(mergeKey === '-' || !isJsonObject(item) ? item : (ownValue(item, mergeKey) ?? null))
  const wanted = new Map(order.map((item, index) => [keyOf(item), index]))
  const named = items
    .filter((item) => wanted.has(keyOf(item)))
    .toSorted((a, b) => (wanted.get(keyOf(a)) ?? 0) - (wanted.get(keyOf(b)) ?? 0))
  let next = 0
  // The places of named items are filled with the named items in their new order.
  return items.map((item) => (wanted.has(keyOf(item)) ? (named[next++] ?? item) : item))
}
