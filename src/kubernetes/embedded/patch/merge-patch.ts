// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { ownValue } from '../json/edit.ts'

/** The object after a JSON merge patch (RFC 7386): null removes, objects are merged, all else replaces. */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch
  const base: JsonObject = isJsonObject(target) ? target : {}
  const kept = Object.entries(base).filter(([key]) => ownValue(patch, key) === undefined)
  const changed = Object.entries(patch).flatMap(([key, value]): [string, JsonValue][] =>
    value === null || value === undefined ? [] : [[key, applyMergePatch(ownValue(base, key), value)]],
  )
  return Object.fromEntries([...kept, ...changed])
}
