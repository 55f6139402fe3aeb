// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { objectField } from '../../resources/fields.ts'
import { isJsonList } from '../json/edit.ts'

/** A custom resource with the defaults that its `openAPIV3Schema` names; a null where none is allowed counts as absent. */
export function withStructuralDefaults(value: JsonObject, openApi: JsonObject): JsonObject {
  const properties = Object.entries(objectField(openApi, 'properties'))
  const complete: Record<string, JsonValue> = {}
  for (const [key, child] of Object.entries(value)) if (child !== undefined) complete[key] = child
  for (const [key, schema] of properties) {
    const property = isJsonObject(schema) ? schema : {}
    const given = Object.hasOwn(complete, key) ? complete[key] : undefined
    const missing = given === undefined || (given === null && property['nullable'] !== true)
    const chosen = missing ? (property['default'] ?? given) : given
    if (chosen !== undefined) complete[key] = defaulted(chosen, property)
  }
  return withAdditionalDefaults(complete, openApi)
}

function withAdditionalDefaults(object: Record<string, JsonValue>, openApi: JsonObject): JsonObject {
  const additional = openApi['additionalProperties']
  if (!isJsonObject(additional)) return object
  const known = objectField(openApi, 'properties')
  const entries = Object.entries(object).map(([key, value]): [string, JsonValue] => [
    key,
    Object.hasOwn(known, key) ? value : defaulted(value, additional),
  ])
  return Object.fromEntries(entries)
}

function defaulted(value: JsonValue, openApi: JsonObject): JsonValue {
  if (isJsonList(value)) return value.map((item) => defaulted(item, objectField(openApi, 'items')))
  return isJsonObject(value) ? withStructuralDefaults(value, openApi) : value
}
