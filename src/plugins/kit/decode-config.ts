// SPDX-License-Identifier: Apache-2.0

import { safeParse } from 'valibot'
import type { BaseIssue, GenericSchema, InferOutput } from 'valibot'
import { ConfigError, getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import { isDictionary, isList, isShape, unwrap } from './schema-shape.ts'
import type { ObjectSchema } from './schema-shape.ts'

/** Where a decoded object stands, for error texts. */
export interface DecodeOptions {
  /** The path of the object in the configuration, such as `ipam`; empty for the top. */
  readonly path: string
  /** What the configuration is of, such as `macvlan network "lan"`. */
  readonly what: string
  /** Leaves out the keys that have a bad value instead of failing, so that a DEL does what it still can. */
  readonly lenient?: boolean
}

/**
 * The typed value of a configuration object, decoded as Go decodes into a struct: keys in any letter case, null
 * like absent, unknown keys ignored.
 *
 * @throws CniError code 6 for a wrong JSON type, 7 for a value out of bounds; its cause is the ConfigError with the
 * path.
 */
export function decodeConfig<Schema extends ObjectSchema>(
  schema: Schema,
  value: JsonValue | undefined,
  options: DecodeOptions,
): InferOutput<Schema> {
  const source = normalise(schema, value ?? {})
  const outcome = safeParse(schema, source)
  if (outcome.success) return outcome.output
  if (!options.lenient || !isJsonObject(source)) throw decodeError(outcome.issues[0], options)
  const bad = new Set(outcome.issues.map((issue) => issue.path?.[0].key))
  const rest = Object.fromEntries(Object.entries(source).filter(([key]) => !bad.has(key)))
  return decodeConfig(schema, rest, { ...options, lenient: false })
}

function normalise(schema: GenericSchema, value: JsonValue): JsonValue {
  const inner = unwrap(schema)
  if (isList(inner) && Array.isArray(value)) {
    return value.map((item: JsonValue) => normalise(inner.item, item))
  }
  if (!isJsonObject(value)) return value
  if (isDictionary(inner)) {
    return mapPresent(Object.entries(value), (member) => normalise(inner.value, member))
  }
  if (!isShape(inner)) return value
  const named = Object.entries(inner.entries).map(([key, entry]) => {
    const member = getCaseInsensitive(value, key)
    return [key, member === undefined || member === null ? undefined : normalise(entry, member)] as const
  })
  const rest = inner.type === 'object' ? [] : Object.entries(value)
  return mapPresent([...rest, ...named], (member) => member)
}

function mapPresent(
  entries: readonly (readonly [string, JsonValue | undefined])[],
  map: (member: JsonValue) => JsonValue,
): JsonObject {
  return Object.fromEntries(
    entries.flatMap(([key, member]) => (member === undefined || member === null ? [] : [[key, map(member)]])),
  )
}

function decodeError(issue: BaseIssue<unknown>, { path, what }: DecodeOptions): CniError {
  const cause = new ConfigError(pathOf(issue, path), problemOf(issue))
  const code = issue.kind === 'schema' ? cniErrorCode.decoding : cniErrorCode.invalidConfig
  return new CniError(code, `Cannot use the configuration of ${what}: ${cause.message}`, {
    cause,
    id: cause.id,
  })
}

function pathOf(issue: BaseIssue<unknown>, prefix: string): string {
  const steps = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  )
  return `${prefix}${steps.join('')}`.replace(/^\./, '') || 'configuration'
}

const expectations: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  string: 'a string',
}

/** A validation speaks for itself; what valibot says of types is put into words of JSON. */
function problemOf(issue: BaseIssue<unknown>): string {
  if (issue.expected === null || !issue.message.startsWith('Invalid ')) return issue.message
  const expected =
    issue.type === 'integer' ? 'a whole number' : (expectations[issue.expected] ?? issue.expected)
  return `must be ${expected}, but is ${describeValue(issue.input)}`
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
