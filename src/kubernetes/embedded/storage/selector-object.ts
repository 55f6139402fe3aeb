// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectsField, stringField, stringMapField, stringsField } from '../../resources/fields.ts'
import type { LabelMatcher } from './label-selector.ts'

/** A `LabelSelector` object (`matchLabels`, `matchExpressions`) as a matcher; an empty one fits everything. */
export function matcherOfSelector(selector: JsonObject): LabelMatcher {
  const wanted = Object.entries(stringMapField(selector, 'matchLabels'))
  const expressions = objectsField(selector, 'matchExpressions')
  return (labels) =>
    wanted.every(([key, value]) => ownLabel(labels, key) === value) &&
    expressions.every((expression) => expressionFits(expression, labels))
}

function expressionFits(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = ownLabel(labels, stringField(expression, 'key') ?? '')
  const values = stringsField(expression, 'values')
  switch (stringField(expression, 'operator') ?? '') {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

/** A `LabelSelector` object as the text that `kubectl -l` takes: `app=web,tier in (a,b)`; `<none>` when empty. */
export function formatSelector(selector: JsonObject): string {
  const equal = Object.entries(stringMapField(selector, 'matchLabels'))
    .map(([key, value]) => `${key}=${value}`)
    .sort()
  const sets = objectsField(selector, 'matchExpressions').map(formatExpression)
  return [...equal, ...sets].join(',') || '<none>'
}

function formatExpression(expression: JsonObject): string {
  const key = stringField(expression, 'key') ?? ''
  const values = stringsField(expression, 'values').toSorted().join(',')
  switch (stringField(expression, 'operator') ?? '') {
    case 'In':
      return `${key} in (${values})`
    case 'NotIn':
      return `${key} notin (${values})`
    case 'DoesNotExist':
      return `!${key}`
    default:
      return key
  }
}

function ownLabel(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
