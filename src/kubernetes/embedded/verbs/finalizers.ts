// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringsField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { withoutValue, withValue } from '../json/edit.ts'
import { isReleased } from './update.ts'

/** An object with one more finalizer. */
export function withFinalizer(object: JsonObject, finalizer: string): JsonObject {
  const finalizers = stringsField(objectField(object, 'metadata'), 'finalizers')
  return withValue(object, ['metadata', 'finalizers'], [...new Set([...finalizers, finalizer])])
}

/** Takes a finalizer off a deleted object, and removes the object when nothing else holds it. */
export function releaseFinalizer(
  { store }: Cluster,
  collection: string,
  object: JsonObject,
  finalizer: string,
): void {
  const left = stringsField(objectField(object, 'metadata'), 'finalizers').filter((one) => one !== finalizer)
  const path = ['metadata', 'finalizers']
  const released = left.length === 0 ? withoutValue(object, path) : withValue(object, path, left)
  if (isReleased(released)) store.remove(collection, released)
  else store.put(collection, released)
}
