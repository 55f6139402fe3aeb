// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { keyOf } from './store.ts'
import type { ObjectStore } from './store.ts'

/**
 * The objects of a collection as they were at a revision, in order: the present ones with the later changes taken
 * back. Undefined when those changes are no longer all known.
 */
export function snapshotAt(
  store: ObjectStore,
  collection: string,
  revision: number,
): readonly JsonObject[] | undefined {
  const later = store.since(collection, revision)
  if (later === undefined) return undefined
  if (later.length === 0) return store.list(collection)
  const objects = new Map(store.list(collection).map((object) => [keyOf(object), object]))
  for (const { key, previous } of later.toReversed()) {
    if (previous === undefined) objects.delete(key)
    else objects.set(key, previous)
  }
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
}
