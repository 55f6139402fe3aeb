// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList } from '../json/edit.ts'
import { resolveSchema } from '../schema/schema.ts'
import type { ObjectSchema, ScalarType, Schema } from '../schema/schema.ts'
import { readFields, readVarints } from './wire.ts'
import type { WireField } from './wire.ts'

/** The JSON form of a message of a built-in type; unknown fields are left out. @throws WireError */
export function decodeMessage(bytes: Uint8Array, schema: ObjectSchema): JsonObject {
  const result: Record<string, JsonValue> = {}
  decodeInto(result, bytes, indexOf(schema))
  return result
}

interface IndexedField {
  readonly name: string
  readonly schema: Schema
}

/** What a field number means: a field, or a message whose fields JSON shows flat. */
type WireIndex = Map<number, IndexedField | WireIndex>

const indexes = new WeakMap<ObjectSchema, WireIndex>()

function indexOf(schema: ObjectSchema): WireIndex {
  const known = indexes.get(schema)
  if (known !== undefined) return known
  const index: WireIndex = new Map()
  for (const [name, field] of schema.fields) place(index, field.wire, { name, schema: field.schema })
  indexes.set(schema, index)
  return index
}

function place(index: WireIndex, [first, ...rest]: readonly number[], field: IndexedField): void {
  if (first === undefined) return
  if (rest.length === 0) {
    index.set(first, field)
    return
  }
  const known = index.get(first)
  const inner: WireIndex = known instanceof Map ? known : new Map()
  index.set(first, inner)
  place(inner, rest, field)
}

function decodeInto(result: Record<string, JsonValue>, bytes: Uint8Array, index: WireIndex): void {
  for (const wire of readFields(bytes)) {
    const field = index.get(wire.number)
    if (field instanceof Map) decodeInto(result, wire.bytes, field)
    else if (field !== undefined) result[field.name] = decodeField(result[field.name], wire, field.schema)
  }
}

/** A value of a field; lists and maps grow by one entry per occurrence. */
function decodeField(before: JsonValue | undefined, wire: WireField, schema: Schema): JsonValue {
  const resolved = resolveSchema(schema)
  switch (resolved.kind) {
    case 'list': {
      const items = isJsonList(before) ? before : []
      const inner = resolveSchema(resolved.items)
      const isPacked = inner.kind === 'scalar' && numeric.has(inner.type) && wire.bytes.length > 0
      if (!isPacked) return [...items, decodeField(undefined, wire, inner)]
      return [...items, ...readVarints(wire.bytes).map((value) => signed(value))]
    }
    case 'map': {
      const entry = new Map(readFields(wire.bytes).map((one) => [one.number, one]))
      const key = textOf(entry.get(1)?.bytes)
      const value = decodeField(undefined, entry.get(2) ?? emptyField, resolved.values)
      return { ...(isJsonObject(before) ? before : {}), [key]: value }
    }
    case 'object':
      return decodeMessage(wire.bytes, resolved)
    case 'any':
      return decodeRaw(wire.bytes)
    case 'scalar':
      return decodeScalar(wire, resolved.type)
  }
}

const emptyField: WireField = { number: 2, value: 0n, bytes: new Uint8Array() }
const numeric: ReadonlySet<ScalarType> = new Set<ScalarType>(['int32', 'int64', 'bool'])

function decodeScalar({ value, bytes }: WireField, type: ScalarType): JsonValue {
  switch (type) {
    case 'string':
      return textOf(bytes)
    case 'int32':
    case 'int64':
      return signed(value)
    case 'bool':
      return value !== 0n
    case 'number':
      return new Float64Array(new BigUint64Array([value]).buffer)[0] ?? 0
    case 'bytes':
      return Buffer.from(bytes).toString('base64')
    case 'time':
      return decodeTime(bytes, false)
    case 'microTime':
      return decodeTime(bytes, true)
    case 'quantity':
      return textOf(readFields(bytes).find((one) => one.number === 1)?.bytes)
    case 'intOrString':
      return decodeIntOrString(bytes)
  }
}

/** Negative numbers stand as the 64 bits of their complement. */
function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value))
}

function decodeTime(bytes: Uint8Array, withMicros: boolean): JsonValue {
  if (bytes.length === 0) return null
  const fields = new Map(readFields(bytes).map((one) => [one.number, one.value]))
  const seconds = new Date(signed(fields.get(1) ?? 0n) * 1000).toISOString().slice(0, 19)
  const micros = Math.trunc(signed(fields.get(2) ?? 0n) / 1000)
  return withMicros ? `${seconds}.${String(micros).padStart(6, '0')}Z` : `${seconds}Z`
}

function decodeIntOrString(bytes: Uint8Array): JsonValue {
  const fields = new Map(readFields(bytes).map((one) => [one.number, one]))
  return (fields.get(1)?.value ?? 0n) === 0n
    ? signed(fields.get(2)?.value ?? 0n)
    : textOf(fields.get(3)?.bytes)
}

/** A value that the message carries as JSON text. */
function decodeRaw(bytes: Uint8Array): JsonValue {
  const raw = readFields(bytes).find((one) => one.number === 1)?.bytes
  return raw === undefined || raw.length === 0 ? {} : parseJson(raw)
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString()
}
