// SPDX-License-Identifier: Apache-2.0

// Checks a custom resource against the openAPIV3Schema of its definition, in the words of the real server. Rules
// written in CEL (x-kubernetes-validations) are not evaluated.

import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringsField } from '../../resources/fields.ts'
import { isJsonList } from '../json/edit.ts'
import { duplicate, invalid, notSupported, required } from '../status/field-error.ts'
import type { FieldError } from '../status/field-error.ts'
import { boundProblems } from './structural-bounds.ts'

/** What is wrong with a value. @param path where it stands, such as `spec.config`; empty for the whole object */
export function structuralProblems(
  value: JsonValue,
  openApi: JsonObject,
  path: string,
): readonly FieldError[] {
  if (value === null && openApi['nullable'] === true) return []
  const typeProblem = wrongType(value, openApi, path)
  if (typeProblem !== undefined) return [typeProblem]
  return [
    ...enumProblems(value, openApi, path),
    ...boundProblems(value, openApi, path),
    ...(isJsonObject(value) ? memberProblems(value, openApi, path) : []),
    ...(isJsonList(value) ? itemProblems(value, openApi, path) : []),
    ...combinationProblems(value, openApi, path),
  ]
}

function wrongType(value: JsonValue, openApi: JsonObject, path: string): FieldError | undefined {
  const type = stringField(openApi, 'type')
  const actual = typeOf(value)
  if (openApi['x-kubernetes-int-or-string'] === true) {
    return actual === 'integer' || actual === 'string' ? undefined : typeError(path, 'integer,string', actual)
  }
  if (type === undefined || type === actual || (type === 'number' && actual === 'integer')) return undefined
  return typeError(path, type, actual)
}

function typeError(path: string, wanted: string, actual: string): FieldError {
  const text = `${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`
  return { ...invalid(path, actual, text), reason: 'FieldValueTypeInvalid' }
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (isJsonList(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function enumProblems(value: JsonValue, openApi: JsonObject, path: string): readonly FieldError[] {
  const allowed = openApi['enum']
  if (!isJsonList(allowed) || allowed.some((one) => isDeepStrictEqual(one, value))) return []
  return [
    notSupported(
      path,
      value,
      allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    ),
  ]
}

function memberProblems(object: JsonObject, openApi: JsonObject, path: string): readonly FieldError[] {
  const properties = objectField(openApi, 'properties')
  const additional = openApi['additionalProperties']
  const missing = stringsField(openApi, 'required').filter((key) => !Object.hasOwn(object, key))
  const members = Object.entries(object).flatMap(([key, value]) => {
    const known = Object.hasOwn(properties, key) ? objectField(properties, key) : undefined
    const schema = known ?? (isJsonObject(additional) ? additional : undefined)
    if (schema === undefined || value === undefined || (path === '' && key === 'metadata')) return []
    return structuralProblems(value, schema, known === undefined ? `${path}[${key}]` : joinPath(path, key))
  })
  return [...missing.map((key) => required(joinPath(path, key))), ...members]
}

function itemProblems(list: readonly JsonValue[], openApi: JsonObject, path: string): readonly FieldError[] {
  const items = objectField(openApi, 'items')
  const keys = stringsField(openApi, 'x-kubernetes-list-map-keys')
  const type = stringField(openApi, 'x-kubernetes-list-type')
  const inner = list.flatMap((item, index) => structuralProblems(item, items, `${path}[${index}]`))
  if (type !== 'set' && type !== 'map') return inner
  const seen = new Set<string>()
  const repeated = list.flatMap((item, index) => {
    const identity = type === 'map' && isJsonObject(item) ? pick(item, keys) : item
    const text = JSON.stringify(identity)
    if (seen.has(text)) return [duplicate(`${path}[${index}]`, identity)]
    seen.add(text)
    return []
  })
  return [...inner, ...repeated]
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, object[key]]))
}

function combinationProblems(value: JsonValue, openApi: JsonObject, path: string): readonly FieldError[] {
  const fits = (schema: JsonObject) => structuralProblems(value, schema, path).length === 0
  const oneOf = objectsField(openApi, 'oneOf')
  const anyOf = objectsField(openApi, 'anyOf')
  const not = openApi['not']
  const quoted = JSON.stringify(path)
  const count = oneOf.filter(fits).length
  const found = count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`
  const refuse = (detail: string) => [invalid(path === '' ? '<nil>' : path, value, detail)]
  return [
    ...objectsField(openApi, 'allOf').flatMap((schema) => structuralProblems(value, schema, path)),
    ...(oneOf.length > 0 && count !== 1
      ? refuse(`${quoted} must validate one and only one schema (oneOf). ${found}`)
      : []),
    ...(anyOf.length > 0 && !anyOf.some(fits)
      ? refuse(`${quoted} must validate at least one schema (anyOf)`)
      : []),
    ...(isJsonObject(not) && fits(not) ? refuse(`${quoted} must not validate the schema (not)`) : []),
  ]
}

function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
