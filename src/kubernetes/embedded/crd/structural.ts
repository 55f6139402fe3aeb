// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { objectField, stringField, stringsField } from '../../resources/fields.ts'
import { builtinType } from '../schema/builtin-types.ts'
import type { FieldSchema, ObjectSchema, ScalarType, Schema } from '../schema/schema.ts'

const any: Schema = { kind: 'any' }

/** The shape of a custom resource from the `openAPIV3Schema` of its version. */
export function structuralSchema(openApi: JsonObject): ObjectSchema {
  const root = objectSchema(openApi)
  const fields = new Map([...root.fields, ...embeddedFields()])
  return { ...root, fields }
}

function toSchema(openApi: JsonObject): Schema {
  if (openApi['x-kubernetes-int-or-string'] === true) return { kind: 'scalar', type: 'intOrString' }
  switch (stringField(openApi, 'type')) {
    case 'object':
      return isFreeMap(openApi) ? mapSchema(openApi) : objectSchema(openApi)
    case 'array':
      return listSchema(openApi)
    case undefined:
      return openApi['x-kubernetes-preserve-unknown-fields'] === true ? any : objectSchema(openApi)
    default:
      return { kind: 'scalar', type: scalarTypes[stringField(openApi, 'type') ?? ''] ?? 'string' }
  }
}

const scalarTypes: Readonly<Record<string, ScalarType>> = {
  boolean: 'bool',
  integer: 'int64',
  number: 'number',
  string: 'string',
}

function isFreeMap(openApi: JsonObject): boolean {
  return openApi['properties'] === undefined && isJsonObject(openApi['additionalProperties'])
}

function mapSchema(openApi: JsonObject): Schema {
  const values = toSchema(objectField(openApi, 'additionalProperties'))
  return { kind: 'map', values, atomic: openApi['x-kubernetes-map-type'] === 'atomic' }
}

function objectSchema(openApi: JsonObject): ObjectSchema {
  const required = new Set(stringsField(openApi, 'required'))
  const properties = Object.entries(objectField(openApi, 'properties')).map(
    ([name, value]): [string, FieldSchema] => {
      const property = isJsonObject(value) ? value : {}
      return [
        name,
        fieldOf(toSchema(property), { required: required.has(name), defaultValue: property['default'] }),
      ]
    },
  )
  const embedded = openApi['x-kubernetes-embedded-resource'] === true ? embeddedFields() : []
  return {
    kind: 'object',
    name: '',
    fields: new Map([...properties, ...embedded]),
    rest: restOf(openApi),
    atomic: openApi['x-kubernetes-map-type'] === 'atomic',
  }
}

function restOf(openApi: JsonObject): Schema | undefined {
  if (openApi['x-kubernetes-preserve-unknown-fields'] === true) return any
  const additional = openApi['additionalProperties']
  if (isJsonObject(additional)) return toSchema(additional)
  return additional === true ? any : undefined
}

function listSchema(openApi: JsonObject): Schema {
  const type = stringField(openApi, 'x-kubernetes-list-type')
  return {
    kind: 'list',
    items: toSchema(objectField(openApi, 'items')),
    type: type === 'map' || type === 'set' ? type : 'atomic',
    keys: stringsField(openApi, 'x-kubernetes-list-map-keys'),
  }
}

function embeddedFields(): [string, FieldSchema][] {
  const text: Schema = { kind: 'scalar', type: 'string' }
  return [
    ['apiVersion', fieldOf(text, {})],
    ['kind', fieldOf(text, {})],
    ['metadata', fieldOf({ kind: 'reference', resolve: () => builtinType('ObjectMeta') }, {})],
  ]
}

function fieldOf(
  schema: Schema,
  { required = false, defaultValue }: { required?: boolean; defaultValue?: JsonValue | undefined },
): FieldSchema {
  return { schema, required, keepsZero: true, wire: [], retainKeys: false, defaultValue }
}
