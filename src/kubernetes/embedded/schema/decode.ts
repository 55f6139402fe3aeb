// SPDX-License-Identifier: Apache-2.0

// Built-in types are decoded as Go decodes them into structs: null is "not said", a field of the wrong type refuses
// the object with encoding/json's words, an unknown field is dropped and reported.

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { resolveSchema } from './schema.ts'
import type { ListSchema, MapSchema, ObjectSchema, ScalarType, Schema } from './schema.ts'
import { normalizeScalar, scalarProblem } from './scalars.ts'

/** An object that has only the fields of its type. */
export interface Decoded {
  readonly object: JsonObject
  /** Paths of the fields that were dropped, such as `spec.containers[0].imagee`. */
  readonly unknown: readonly string[]
}

/** A value that does not fit its type; the message is the one of Go's JSON decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** @throws DecodeError when a value has the wrong type */
export function decodeTyped(object: JsonObject, schema: ObjectSchema): Decoded {
  const walk = new DecodeWalk()
  return { object: walk.object(object, schema, { fields: '', display: '' }), unknown: walk.unknown }
}

interface Place {
  /** Innermost struct and the fields on the way, as Go names the place: `PodSpec.spec.hostNetwork`. */
  readonly struct?: string
  readonly fields: string
  /** The path as people write it, with list positions. */
  readonly display: string
}

class DecodeWalk {
  readonly unknown: string[] = []

  object(value: JsonObject, schema: ObjectSchema, place: Place): JsonObject {
    const decoded: Record<string, JsonValue> = {}
    const struct = schema.name.slice(schema.name.lastIndexOf('.') + 1)
    for (const [key, child] of Object.entries(value)) {
      const field = schema.fields.get(key)
      const display = joinPath(place.display, key)
      if (field === undefined) this.unknown.push(display)
      else if (child !== null && child !== undefined) {
        const at = { struct, fields: joinPath(place.fields, key), display }
        const inner = this.value(child, field.schema, at)
        if (field.keepsZero || !isZero(inner)) decoded[key] = inner
      }
    }
    return decoded
  }

  value(value: JsonValue, schema: Schema, place: Place): JsonValue {
    const resolved = resolveSchema(schema)
    switch (resolved.kind) {
      case 'any':
        return value
      case 'scalar':
        return decodeScalar(value, resolved.type, place)
      case 'list':
        return this.list(value, resolved, place)
      case 'map':
        return this.map(value, resolved, place)
      case 'object':
        if (!isJsonObject(value)) throw mismatch(value, `v1.${shortName(resolved)}`, place)
        return this.object(value, resolved, place)
    }
  }

  private list(value: JsonValue, schema: ListSchema, place: Place): JsonValue {
    if (!isList(value)) throw mismatch(value, `[]${goType(schema.items)}`, place)
    const empty = resolveSchema(schema.items).kind === 'object' ? {} : ''
    return value.map((item, index) =>
      this.value(item ?? empty, schema.items, { ...place, display: `${place.display}[${index}]` }),
    )
  }

  private map(value: JsonValue, schema: MapSchema, place: Place): JsonValue {
    if (!isJsonObject(value)) throw mismatch(value, `map[string]${goType(schema.values)}`, place)
    const entries = Object.entries(value).map(([key, child]): [string, JsonValue] => [
      key,
      // Go reads a null member of a map as the empty value of its type; all maps of the API hold texts.
      child === null || child === undefined
        ? ''
        : this.value(child, schema.values, { ...place, display: joinPath(place.display, key) }),
    ])
    return Object.fromEntries(entries)
  }
}

function decodeScalar(value: JsonValue, type: ScalarType, place: Place): JsonValue {
  const problem = scalarProblem(value, type)
  if (problem === 'type') throw mismatch(value, goScalars[type], place)
  if (problem !== undefined) throw new DecodeError(problem)
  return normalizeScalar(value, type)
}

const goScalars: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  int32: 'int32',
  int64: 'int64',
  number: 'float64',
  bool: 'bool',
  bytes: '[]uint8',
  time: 'string',
  microTime: 'string',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
}

function goType(schema: Schema): string {
  const resolved = resolveSchema(schema)
  if (resolved.kind === 'scalar') return goScalars[resolved.type]
  return resolved.kind === 'object' ? `v1.${shortName(resolved)}` : 'interface {}'
}

function mismatch(value: JsonValue, type: string, place: Place): DecodeError {
  const where = place.struct === undefined ? 'value' : `struct field ${place.struct}.${place.fields}`
  return new DecodeError(`json: cannot unmarshal ${jsonKind(value)} into Go ${where} of type ${type}`)
}

function jsonKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : typeof value
}

/** What Go leaves out when it writes a field with omitempty. */
function isZero(value: JsonValue): boolean {
  if (isList(value)) return value.length === 0
  return (
    value === '' || value === 0 || value === false || (isJsonObject(value) && Object.keys(value).length === 0)
  )
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function shortName(schema: ObjectSchema): string {
  return schema.name.slice(schema.name.lastIndexOf('.') + 1)
}

function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
