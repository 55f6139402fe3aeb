// SPDX-License-Identifier: Apache-2.0

import type { JsonValue } from '../../../base/index.ts'

/** What a scalar of a built-in type may hold, in the words of the API. */
export type ScalarType =
  | 'string'
  | 'int32'
  | 'int64'
  | 'number'
  | 'bool'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'

/**
 * The shape of a value: the one source from which decoding, pruning, both ways of merging, field ownership and the
 * OpenAPI documents are made. Built-in types come from the notation, those of custom resources from their CRD.
 */
export type Schema = ScalarSchema | AnySchema | ReferenceSchema | ObjectSchema | MapSchema | ListSchema

/** A single value. */
export interface ScalarSchema {
  readonly kind: 'scalar'
  readonly type: ScalarType
}

/** Anything; it is owned and replaced as a whole. */
export interface AnySchema {
  readonly kind: 'any'
}

/** A named type, looked up when it is needed, because types refer to one another in circles. */
export interface ReferenceSchema {
  readonly kind: 'reference'
  readonly resolve: () => ObjectSchema
}

/** An object with known fields. */
export interface ObjectSchema {
  readonly kind: 'object'
  /** Full name as in OpenAPI, such as `io.k8s.api.core.v1.PodSpec`; empty for a part of a custom resource. */
  readonly name: string
  readonly fields: ReadonlyMap<string, FieldSchema>
  /** Shape of the fields that are not listed; absent when those are unknown and are dropped. */
  readonly rest?: Schema | undefined
  /** Owned as a whole by one field manager. */
  readonly atomic: boolean
}

/** A field of an object. */
export interface FieldSchema {
  readonly schema: Schema
  readonly required: boolean
  /** Whether the empty value is said, or is the same as saying nothing: Go writes it for a pointer only. */
  readonly keepsZero: boolean
  /** Number in protobuf; several lead through messages that JSON shows flat. Empty when it has none. */
  readonly wire: readonly number[]
  /** What an absent key of a list item means when items are matched. */
  readonly defaultValue?: JsonValue | undefined
  /** A strategic merge keeps only the keys that the patch names in `$retainKeys`. */
  readonly retainKeys: boolean
}

/** An object whose keys are free. */
export interface MapSchema {
  readonly kind: 'map'
  readonly values: Schema
  readonly atomic: boolean
}

/** A list, and how the items of two lists are matched. */
export interface ListSchema {
  readonly kind: 'list'
  readonly items: Schema
  /** `atomic` is owned as a whole, `set` by value, `map` by the keys. */
  readonly type: 'atomic' | 'set' | 'map'
  readonly keys: readonly string[]
  /** How strategic merge patch matches items: by this key, by value (`-`), or not at all. */
  readonly mergeKey?: string | undefined
}

/** The schema itself, with a reference followed. */
export function resolveSchema(schema: Schema): Exclude<Schema, ReferenceSchema> {
  return schema.kind === 'reference' ? schema.resolve() : schema
}

/** The shape of a field; undefined when the schema does not know it. */
export function fieldSchema(schema: Schema, name: string): Schema | undefined {
  const resolved = resolveSchema(schema)
  if (resolved.kind === 'map') return resolved.values
  if (resolved.kind === 'any') return resolved
  return resolved.kind === 'object' ? (resolved.fields.get(name)?.schema ?? resolved.rest) : undefined
}
