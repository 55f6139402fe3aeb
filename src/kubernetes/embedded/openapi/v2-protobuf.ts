// SPDX-License-Identifier: Apache-2.0

// The OpenAPI v2 document for kubectl before 1.28, which takes it as protobuf only (gnostic's OpenAPIv2.proto). It says
// the same as the v3 documents, as far as such a kubectl looks: types, kinds, and the parameters of patches.

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringsField } from '../../resources/fields.ts'
import { boolField, bytesField, message, repeated, textField } from '../protobuf/writer.ts'
import type { Encoded } from '../protobuf/writer.ts'

/** Media type of the document; clients ask with an @ in it, which they cannot read in an answer. */
export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/** One v2 document of all v3 documents. */
export function encodeOpenApiV2(documents: readonly JsonObject[]): Encoded {
  const schemas = new Map(documents.flatMap((one) => entriesOf(objectField(one, 'components'), 'schemas')))
  const paths = documents.flatMap((one) => entriesOf(one, 'paths'))
  const info = message(textField(1, 'plait embedded API server'), textField(2, 'v1.32.0'))
  return message(
    textField(1, '2.0'),
    bytesField(2, info),
    bytesField(8, repeated(2, paths, encodePath)),
    bytesField(9, repeated(1, [...schemas], encodeNamedSchema)),
  )
}

function entriesOf(object: JsonObject, key: string): [string, JsonObject][] {
  return Object.entries(objectField(object, key)).flatMap(([name, value]): [string, JsonObject][] =>
    isJsonObject(value) ? [[name, value]] : [],
  )
}

const operationNumbers = { get: 2, put: 3, post: 4, delete: 5, patch: 8 } as const

function encodePath([path, item]: readonly [string, JsonObject]): Encoded {
  const operations = Object.entries(operationNumbers).flatMap(([name, number]) => {
    const operation = item[name]
    return isJsonObject(operation) ? [bytesField(number, encodeOperation(operation))] : []
  })
  return message(textField(1, path), bytesField(2, message(...operations)))
}

function encodeOperation(operation: JsonObject): Encoded {
  const parameters = objectsField(operation, 'parameters').map((one) => stringField(one, 'name') ?? '')
  return message(
    repeated(8, parameters, (name) => {
      const query = message(textField(2, 'query'), textField(4, name), textField(6, 'string'))
      // Parameter, non-body parameter, query parameter: three messages around one name.
      return bytesField(1, bytesField(2, bytesField(3, query)))
    }),
    encodeExtensions(13, operation),
  )
}

function encodeNamedSchema([name, schema]: readonly [string, JsonObject]): Encoded {
  return message(textField(1, name), bytesField(2, encodeSchema(schema)))
}

function encodeSchema(schema: JsonObject): Encoded {
  const reference = stringField(objectsField(schema, 'allOf')[0] ?? schema, '$ref')
  const description = textField(4, stringField(schema, 'description'))
  if (reference !== undefined) {
    const target = reference.replace('#/components/schemas/', '#/definitions/')
    return message(textField(1, target), description, encodeExtensions(31, schema))
  }
  const properties = entriesOf(schema, 'properties')
  const { items, additionalProperties: additional } = schema
  return message(
    textField(2, stringField(schema, 'format')),
    description,
    repeated(19, stringsField(schema, 'required'), (name) => Buffer.from(name)),
    isJsonObject(additional)
      ? bytesField(21, bytesField(1, encodeSchema(additional)))
      : boolAdditional(additional),
    encodeType(schema),
    isJsonObject(items) ? bytesField(23, bytesField(1, encodeSchema(items))) : message(),
    properties.length === 0 ? message() : bytesField(25, repeated(1, properties, encodeNamedSchema)),
    encodeExtensions(31, schema),
  )
}

function boolAdditional(additional: JsonValue | undefined): Encoded {
  return additional === true ? bytesField(21, boolField(2, true)) : message()
}

/** What may be of two types, such as a port, is a text for v2. */
function encodeType(schema: JsonObject): Encoded {
  const type = stringField(schema, 'type') ?? (schema['oneOf'] === undefined ? undefined : 'string')
  return type === undefined ? message() : bytesField(22, textField(1, type))
}

function encodeExtensions(number: number, object: JsonObject): Encoded {
  const extensions = Object.entries(object).filter(([key]) => key.startsWith('x-kubernetes-'))
  // JSON is YAML too.
  return repeated(number, extensions, ([key, value]) =>
    message(textField(1, key), bytesField(2, textField(2, JSON.stringify(value)))),
  )
}
