// SPDX-License-Identifier: Apache-2.0

import { badRequest } from '../status/refusals.ts'

/** Whether labels fit. */
export type LabelMatcher = (labels: Readonly<Record<string, string>>) => boolean

interface Requirement {
  readonly key: string
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'
  readonly values: readonly string[]
}

/**
 * Reads a label selector as kubectl's `-l` takes it: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b)`,
 * `a>1`, `a<1`, joined by commas.
 *
 * @throws StatusError 400
 */
export function parseLabelSelector(text: string): LabelMatcher {
  const requirements = splitTerms(text).map(parseTerm)
  return (labels) => requirements.every((requirement) => fits(requirement, labels))
}

/** Commas inside parentheses belong to a set, not between terms. */
function splitTerms(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
}

const keyPattern = String.raw`([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)`
const valuePattern = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/
const setTerm = new RegExp(String.raw`^${keyPattern}\s+(in|notin)\s*\(([^()]*)\)$`)
const equalityTerm = new RegExp(String.raw`^${keyPattern}\s*(==|=|!=|>|<)\s*(.*)$`)
const existsTerm = new RegExp(String.raw`^(!?)\s*${keyPattern}$`)

function parseTerm(term: string): Requirement {
  const set = setTerm.exec(term)
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map((value) => checkedValue(value.trim(), term))
    return { key: set[1] ?? '', operator: set[2] === 'in' ? 'in' : 'notin', values }
  }
  const equality = equalityTerm.exec(term)
  if (equality !== null) {
    const operator = equalityOperators[equality[2] ?? ''] ?? 'in'
    return { key: equality[1] ?? '', operator, values: [checkedValue((equality[3] ?? '').trim(), term)] }
  }
  const exists = existsTerm.exec(term)
  if (exists === null) throw unreadable(term)
  return { key: exists[2] ?? '', operator: exists[1] === '!' ? '!' : 'exists', values: [] }
}

const equalityOperators: Readonly<Record<string, Requirement['operator']>> = {
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
}

function checkedValue(value: string, term: string): string {
  if (!valuePattern.test(value)) throw unreadable(term)
  return value
}

function unreadable(term: string): Error {
  return badRequest(`unable to parse requirement: found '${term}', which is not a label selector`)
}

function fits({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value)
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'lt':
      return value !== undefined && Number(value) < Number(values[0])
  }
}
