// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList } from '../json/edit.ts'
import type { Schema } from '../schema/schema.ts'
import { fieldSet, noFields, ownField } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { childSchema, isNamedField, itemElement, shapeOf } from './shape.ts'

/** The fields that an applied configuration speaks of. */
export function fieldsOf(value: JsonValue, schema: Schema): FieldSet {
  const shape = shapeOf(value, schema)
  if (shape.kind === 'fields' && isJsonObject(value)) {
    return fieldSet(
      false,
      Object.entries(value).flatMap(([key, child]) =>
        child === undefined ? [] : [memberOf(key, child, schema)],
      ),
    )
  }
  if (shape.kind === 'items' && isJsonList(value)) {
    return fieldSet(
      false,
      value.map((item): [string, FieldSet] => [
        itemElement(item, shape.list),
        { ...fieldsOf(item, shape.list.items), owned: true },
      ]),
    )
  }
  return ownField
}

function memberOf(key: string, child: JsonValue, schema: Schema): readonly [string, FieldSet] {
  const inner = fieldsOf(child, childSchema(schema, key))
  const isEmpty = child === null || (isJsonObject(child) && Object.keys(child).length === 0)
  return [`f:${key}`, isEmpty || !isNamedField(schema, key) ? { ...inner, owned: true } : inner]
}

// What the server owns, and what names the object.
const serverMetadata: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'name',
  'namespace',
  'resourceVersion',
  'selfLink',
  'uid',
])

/** An object as far as field managers can own it. */
export function ownablePart(object: JsonObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object
  if (!isJsonObject(metadata)) return rest
  const kept = Object.entries(metadata).filter(([key]) => !serverMetadata.has(key))
  return { ...rest, metadata: Object.fromEntries(kept) }
}

/** The fields of an applied object that its manager owns. */
export function appliedFields(object: JsonObject, schema: Schema): FieldSet {
  const fields = fieldsOf(ownablePart(object), schema)
  const metadata = fields.children.get('f:metadata')
  if (metadata === undefined || metadata.children.size > 0) return fields
  return fieldSet(
    false,
    [...fields.children].map(([key, child]) => [key, key === 'f:metadata' ? noFields : child]),
  )
}
