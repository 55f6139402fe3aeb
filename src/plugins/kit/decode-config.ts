// SPDX-License-Identifier: Apache-2.0

import { partial, safeParse } from 'valibot'
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
}

type Path = readonly PropertyKey[]

interface Problem {
  readonly path: Path
  readonly text: string
  readonly isType: boolean
}

interface Reading<Value> {
  readonly source: JsonValue
  /** Undefined when there are problems. */
  readonly value: Value | undefined
  readonly problems: readonly Problem[]
}

function read<Schema extends ObjectSchema>(schema: Schema, value: JsonValue): Reading<InferOutput<Schema>> {
  const problems: Problem[] = []
  const source = normalise(schema, value, { path: [], problems })
  if (problems.length > 0) return { source, value: undefined, problems }
  const outcome = safeParse(schema, source)
  if (outcome.success) return { source, value: outcome.output, problems }
  return { source, value: undefined, problems: outcome.issues.map(problemOf) }
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
  const reading = read(schema, value ?? {})
  if (reading.value === undefined) throw decodeError(reading.problems[0], options)
  return reading.value
}

/** As {@link decodeConfig}, but keys with a bad value are left out, so that a DEL does what it still can. */
export function decodeUsable<Schema extends ObjectSchema>(
  schema: Schema,
  value: JsonValue | undefined,
): Partial<InferOutput<Schema>> {
  const { source, value: whole, problems } = read(schema, value ?? {})
  if (whole !== undefined) return whole
  const rest = safeParse(partial(schema), withoutProblems(source, problems))
  return rest.success ? rest.output : {}
}

function withoutProblems(source: JsonValue, problems: readonly Problem[]): JsonObject {
  const bad = new Set(problems.map(({ path }) => path[0]))
  if (!isJsonObject(source) || bad.has(undefined)) return {}
  return Object.fromEntries(Object.entries(source).filter(([key]) => !bad.has(key)))
}

interface Place {
  readonly path: Path
  readonly problems: Problem[]
}

/** A copy with the schema's own spelling of keys and without nulls; valibot, for its part, takes a list as an object. */
function normalise(schema: GenericSchema, value: JsonValue, { path, problems }: Place): JsonValue {
  const inner = unwrap(schema)
  const below = (entry: GenericSchema, member: JsonValue, key: PropertyKey) =>
    normalise(entry, member, { path: [...path, key], problems })
  if (isList(inner) && Array.isArray(value)) {
    return value.map((item: JsonValue, index) => below(inner.item, item, index))
  }
  if (!isDictionary(inner) && !isShape(inner)) return value
  if (!isJsonObject(value)) {
    problems.push({ path, text: `must be an object, but is ${describeValue(value)}`, isType: true })
    return value
  }
  const known: [string, JsonValue][] = []
  const take = (key: string, entry: GenericSchema, member: JsonValue | undefined): void => {
    if (member !== undefined && member !== null) known.push([key, below(entry, member, key)])
  }
  if (isDictionary(inner)) for (const key of Object.keys(value)) take(key, inner.value, value[key])
  else
    for (const [key, entry] of Object.entries(inner.entries)) take(key, entry, getCaseInsensitive(value, key))
  return { ...(inner.type === 'loose_object' && value), ...Object.fromEntries(known) }
}

function decodeError(problem: Problem | undefined, { path, what }: DecodeOptions): CniError {
  const cause = new ConfigError(pathText(path, problem?.path ?? []), problem?.text ?? 'is invalid')
  const code = problem?.isType ? cniErrorCode.decoding : cniErrorCode.invalidConfig
  const message = `Cannot use the configuration of ${what}: ${cause.message}`
  return new CniError(code, message, { cause, id: cause.id })
}

function pathText(prefix: string, path: Path): string {
  const steps = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  return `${prefix}${steps.join('')}`.replace(/^\./, '') || 'configuration'
}

const expectations: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  string: 'a string',
}

/** A validation's own text speaks for itself; what valibot says of types is put into words of JSON. */
function problemOf(issue: BaseIssue<unknown>): Problem {
  const path = (issue.path ?? []).map(({ key }) => (isKey(key) ? key : String(key)))
  const isType = issue.kind === 'schema' || issue.type === 'integer'
  return { path, text: problemText(issue), isType }
}

function problemText({ type, expected, input, message }: BaseIssue<unknown>): string {
  if (input === undefined) return 'is missing'
  if (type === 'integer') return `must be a whole number, but is ${describeValue(input)}`
  if (expected === null || !message.startsWith('Invalid ')) return message
  return `must be ${expectations[expected] ?? expected}, but is ${describeValue(input)}`
}

function isKey(key: unknown): key is PropertyKey {
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'symbol'
}

const longestShown = 60

function describeValue(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}
