// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { numberField, stringField } from '../../resources/fields.ts'
import { isJsonList } from '../json/edit.ts'
import { invalid, tooLong } from '../status/field-error.ts'
import type { FieldError } from '../status/field-error.ts'
import { tryParseCidr, tryParseIp } from '../../../base/index.ts'

/** What is wrong with the size, range, pattern or format of a value. */
export function boundProblems(value: JsonValue, openApi: JsonObject, path: string): readonly FieldError[] {
  if (typeof value === 'string') return textProblems(value, openApi, path)
  if (typeof value === 'number') return numberProblems(value, openApi, path)
  if (isJsonList(value)) return listProblems(value, openApi, path)
  return isJsonObject(value) ? sizeProblems(value, openApi, path) : []
}

function textProblems(value: string, openApi: JsonObject, path: string): readonly FieldError[] {
  const max = numberField(openApi, 'maxLength')
  const min = numberField(openApi, 'minLength')
  const pattern = stringField(openApi, 'pattern')
  const format = stringField(openApi, 'format')
  const length = Array.from(value).length
  const refuse = (detail: string) => [invalid(path, value, `${path} in body ${detail}`)]
  return [
    ...(max !== undefined && length > max ? [tooLong(path, max)] : []),
    ...(min !== undefined && length < min ? refuse(`should be at least ${min} chars long`) : []),
    ...(pattern !== undefined && !matchesPattern(value, pattern) ? refuse(`should match '${pattern}'`) : []),
    ...(format !== undefined && !(formats[format] ?? allows)(value)
      ? refuse(`must be of type ${format}: ${JSON.stringify(value)}`)
      : []),
  ]
}

/** Patterns are Go's; one that JavaScript cannot read lets everything through. */
function matchesPattern(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return true
  }
}

const allows = (): boolean => true

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\dT/i.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  ipv4: (text) => tryParseIp(text)?.family === 4,
  ipv6: (text) => tryParseIp(text)?.family === 6,
  cidr: (text) => tryParseCidr(text) !== undefined,
  mac: (text) => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uri: (text) => URL.canParse(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
}

function numberProblems(value: number, openApi: JsonObject, path: string): readonly FieldError[] {
  const min = numberField(openApi, 'minimum')
  const max = numberField(openApi, 'maximum')
  const step = numberField(openApi, 'multipleOf')
  const openMin = openApi['exclusiveMinimum'] === true
  const openMax = openApi['exclusiveMaximum'] === true
  const refuse = (detail: string) => [invalid(path, value, `${path} in body should be ${detail}`)]
  return [
    ...(min !== undefined && (openMin ? value <= min : value < min)
      ? refuse(openMin ? `greater than ${min}` : `greater than or equal to ${min}`)
      : []),
    ...(max !== undefined && (openMax ? value >= max : value > max)
      ? refuse(openMax ? `less than ${max}` : `less than or equal to ${max}`)
      : []),
    ...(step !== undefined && !Number.isInteger(value / step) ? refuse(`a multiple of ${step}`) : []),
  ]
}

function listProblems(list: readonly JsonValue[], openApi: JsonObject, path: string): readonly FieldError[] {
  const max = numberField(openApi, 'maxItems')
  const min = numberField(openApi, 'minItems')
  const unique = new Set(list.map((item) => JSON.stringify(item))).size === list.length
  return [
    ...(max !== undefined && list.length > max ? [tooMany(path, list.length, max)] : []),
    ...(min !== undefined && list.length < min
      ? [invalid(path, list.length, `${path} in body should have at least ${min} items`)]
      : []),
    ...(openApi['uniqueItems'] === true && !unique
      ? [invalid(path, list, `${path} in body shouldn't contain duplicates`)]
      : []),
  ]
}

function tooMany(field: string, actual: number, max: number): FieldError {
  return {
    field,
    reason: 'FieldValueTooMany',
    message: `Too many: ${actual}: must have at most ${max} item${max === 1 ? '' : 's'}`,
  }
}

function sizeProblems(object: JsonObject, openApi: JsonObject, path: string): readonly FieldError[] {
  const size = Object.keys(object).length
  const max = numberField(openApi, 'maxProperties')
  const min = numberField(openApi, 'minProperties')
  return [
    ...(max !== undefined && size > max ? [tooMany(path, size, max)] : []),
    ...(min !== undefined && size < min
      ? [invalid(path, size, `${path} in body should have at least ${min} properties`)]
      : []),
  ]
}
