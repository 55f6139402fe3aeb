// SPDX-License-Identifier: Apache-2.0

// kubectl may change over from applying on its own side, with the configuration kept in an annotation, to applying on
// the server's. The server helps: what the annotation says is no conflict for kubectl, and the annotation follows.

import { isJsonObject, parseJson } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { stringField } from '../../resources/fields.ts'
import { valueAt, withoutValue, withValue } from '../json/edit.ts'
import type { ObjectSchema } from '../schema/schema.ts'
import { compareFields } from './compare.ts'
import { difference, noFields, union } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { fieldsOf, ownablePart } from './owned-fields.ts'

const annotationPath = ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration']

/** The fields of an object that still are as kubectl applied them on its own side; none when it never did. */
export function fieldsAppliedByClient(live: JsonObject, schema: ObjectSchema): FieldSet {
  const config = lastApplied(live)
  if (config === undefined || stringField(config, 'apiVersion') !== live['apiVersion']) return noFields
  const applied = ownablePart(config)
  const { added, modified, removed } = compareFields(applied, ownablePart(live), schema)
  return difference(fieldsOf(applied, schema), [added, modified, removed].reduce(union))
}

function lastApplied(live: JsonObject): JsonObject | undefined {
  const text = valueAt(live, annotationPath)
  if (typeof text !== 'string') return undefined
  try {
    const config = parseJson(text)
    return isJsonObject(config) ? config : undefined
  } catch {
    // Anybody can write the annotation: one that is not JSON says nothing.
    return undefined
  }
}

/** An object whose annotation, if it has one, says what was applied on the server's side. */
export function withSyncedAnnotation(object: JsonObject, config: JsonObject): JsonObject {
  if (valueAt(object, annotationPath) === undefined) return object
  const said = withoutValue(config, annotationPath)
  return withValue(object, annotationPath, `${JSON.stringify(said)}\n`)
}
