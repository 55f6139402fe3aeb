// SPDX-License-Identifier: Apache-2.0

import type { GenericSchema, ObjectEntries, ObjectSchema as ValibotObject } from 'valibot'

/** A schema of an object whose unknown keys are dropped, as Go's decoder drops them. */
export type ObjectSchema = ValibotObject<ObjectEntries, undefined>

interface Wrapper extends GenericSchema {
  readonly wrapped: GenericSchema
}

interface List extends GenericSchema {
  readonly item: GenericSchema
}

interface Dictionary extends GenericSchema {
  readonly value: GenericSchema
}

interface Shape extends GenericSchema {
  readonly entries: Readonly<Record<string, GenericSchema>>
}

const wrapperTypes: ReadonlySet<string> = new Set([
  'exact_optional',
  'non_optional',
  'nullable',
  'nullish',
  'optional',
  'undefinedable',
])

function isWrapper(schema: GenericSchema): schema is Wrapper {
  return wrapperTypes.has(schema.type)
}

/** Whether it describes a list. */
export function isList(schema: GenericSchema): schema is List {
  return schema.type === 'array'
}

/** Whether it describes an object with free keys. */
export function isDictionary(schema: GenericSchema): schema is Dictionary {
  return schema.type === 'record'
}

/** Whether it describes an object with named keys. */
export function isShape(schema: GenericSchema): schema is Shape {
  return schema.type === 'object' || schema.type === 'loose_object' || schema.type === 'strict_object'
}

/** The schema without the layers that only make it optional. */
export function unwrap(schema: GenericSchema): GenericSchema {
  return isWrapper(schema) ? unwrap(schema.wrapped) : schema
}
