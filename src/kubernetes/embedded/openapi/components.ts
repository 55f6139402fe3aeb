// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { builtinType } from '../schema/builtin-types.ts'
import { resolveSchema } from '../schema/schema.ts'
import type { FieldSchema, ListSchema, ObjectSchema, ScalarType, Schema } from '../schema/schema.ts'
import { describeField, describeType } from './descriptions.ts'

/** Schemas by their full name, as `components.schemas` of a document. */
export type Components = Map<string, JsonObject>

const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'

/** Adds a type, and all that it refers to, under their full names. */
export function addComponent(
  components: Components,
  schema: ObjectSchema,
  extensions: JsonObject = {},
): void {
  if (components.has(schema.name)) return
  // Put in first, because types refer to one another in circles.
  components.set(schema.name, {})
  components.set(schema.name, { ...objectOpenApi(components, schema), ...extensions })
}

function objectOpenApi(components: Components, schema: ObjectSchema): JsonObject {
  const required = [...schema.fields].filter(([, field]) => field.required).map(([name]) => name)
  const properties = [...schema.fields].map(([name, field]): [string, JsonObject] => [
    name,
    fieldOpenApi(components, name, field),
  ])
  return {
    description: describeType(schema.name),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    ...(schema.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  }
}

function fieldOpenApi(components: Components, name: string, field: FieldSchema): JsonObject {
  const openApi = toOpenApi(components, field.schema)
  const mergeKey = field.schema.kind === 'list' ? field.schema.mergeKey : undefined
  const strategies = [
    ...(mergeKey === undefined ? [] : ['merge']),
    ...(field.retainKeys ? ['retainKeys'] : []),
  ]
  const extra: JsonObject = {
    description: describeField(name),
    ...(mergeKey === undefined || mergeKey === '-' ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
    ...(strategies.length === 0 ? {} : { 'x-kubernetes-patch-strategy': strategies.join(',') }),
  }
  // A reference cannot have siblings.
  return openApi['$ref'] === undefined ? { ...openApi, ...extra } : { allOf: [openApi], ...extra }
}

function toOpenApi(components: Components, schema: Schema): JsonObject {
  const resolved = resolveSchema(schema)
  switch (resolved.kind) {
    case 'any':
      return { 'x-kubernetes-preserve-unknown-fields': true }
    case 'scalar':
      return scalarOpenApi(components, resolved.type)
    case 'list':
      return listOpenApi(components, resolved)
    case 'map':
      return { type: 'object', additionalProperties: toOpenApi(components, resolved.values) }
    case 'object':
      addComponent(components, resolved)
      return { $ref: `#/components/schemas/${resolved.name}` }
  }
}

function listOpenApi(components: Components, list: ListSchema): JsonObject {
  return {
    type: 'array',
    items: toOpenApi(components, list.items),
    'x-kubernetes-list-type': list.type,
    ...(list.keys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': list.keys }),
  }
}

const scalars: Readonly<Record<Exclude<ScalarType, 'quantity' | 'intOrString'>, JsonObject>> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  bool: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
}

function scalarOpenApi(components: Components, type: ScalarType): JsonObject {
  if (type === 'quantity') {
    components.set(quantity, {
      description: describeType(quantity),
      oneOf: [{ type: 'string' }, { type: 'number' }],
    })
    return { $ref: `#/components/schemas/${quantity}` }
  }
  if (type === 'intOrString') {
    components.set(intOrString, {
      description: describeType(intOrString),
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    })
    return { $ref: `#/components/schemas/${intOrString}` }
  }
  return scalars[type]
}

/** The type of the metadata of all objects, for custom resources to refer to. */
export function metadataReference(components: Components): JsonObject {
  return toOpenApi(components, { kind: 'reference', resolve: () => builtinType('ObjectMeta') })
}
