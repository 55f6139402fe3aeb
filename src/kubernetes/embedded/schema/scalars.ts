// SPDX-License-Identifier: Apache-2.0

import type { JsonValue } from '../../../base/index.ts'
import type { ScalarType } from './schema.ts'

const quantityPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
// RFC 3339, of which Date.parse alone would accept too much.
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/**
 * What is wrong with a scalar: undefined when nothing is, `type` when JSON holds another type, otherwise the text
 * with which Go refuses the content.
 */
export function scalarProblem(value: JsonValue, type: ScalarType): string | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? undefined : 'type'
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'type'
    case 'number':
      return typeof value === 'number' ? undefined : 'type'
    case 'int32':
      return integerProblem(value, 2 ** 31)
    case 'int64':
      return integerProblem(value, 2 ** 63)
    case 'intOrString':
      return typeof value === 'string' ? undefined : integerProblem(value, 2 ** 31)
    case 'quantity':
      return quantityProblem(value)
    case 'bytes':
      if (typeof value !== 'string') return 'type'
      return base64Pattern.test(value) ? undefined : `illegal base64 data at input byte ${badBase64(value)}`
    case 'time':
    case 'microTime':
      return timeProblem(value)
  }
}

/** A scalar without problem as the real server gives it back: amounts as text, times in UTC and cut to their unit. */
export function normalizeScalar(value: JsonValue, type: ScalarType): JsonValue {
  if (type === 'quantity') return typeof value === 'number' ? String(value) : value
  if (typeof value !== 'string') return value
  if (type === 'time') return `${new Date(value).toISOString().slice(0, 19)}Z`
  if (type !== 'microTime') return value
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? ''
  return `${new Date(value).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
}

function integerProblem(value: JsonValue, bound: number): string | undefined {
  if (typeof value !== 'number') return 'type'
  return Number.isInteger(value) && value >= -bound && value < bound ? undefined : 'type'
}

function quantityProblem(value: JsonValue): string | undefined {
  if (typeof value === 'number') return undefined
  if (typeof value !== 'string') return 'type'
  return quantityPattern.test(value)
    ? undefined
    : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
}

function timeProblem(value: JsonValue): string | undefined {
  if (typeof value !== 'string') return 'type'
  if (timePattern.test(value) && !Number.isNaN(Date.parse(value))) return undefined
  const layout = '2006-01-02T15:04:05Z07:00'
  return `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`
}

function badBase64(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/)
  return at === -1 ? text.length - (text.length % 4) : at
}
