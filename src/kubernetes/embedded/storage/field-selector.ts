// SPDX-License-Identifier: Apache-2.0

import { badRequest } from '../status/refusals.ts'

/** The fields of an object that a selector may name, with their values as text. */
export type SelectableFields = Readonly<Record<string, string>>

/** Whether an object's selectable fields fit. */
export type FieldMatcher = (fields: SelectableFields) => boolean

interface Term {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

/**
 * Reads a field selector: `a=b`, `a==b`, `a!=b`, joined by commas; in values `\,`, `\=` and `\\` stand for
 * themselves.
 *
 * @throws StatusError 400
 */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = (text.match(/(?:\\.|[^,\\])+/g) ?? []).map(parseTerm)
  return {
    fields: terms.map((term) => term.field),
    matches: (fields) =>
      terms.every(({ field, equal, value }) => ((fields[field] ?? '') === value) === equal),
    nameWanted: terms.find((term) => term.field === 'metadata.name' && term.equal)?.value,
  }
}

/** A field selector that was read. */
export interface FieldSelector {
  /** The fields that it names, which not every resource can select by. */
  readonly fields: readonly string[]
  readonly matches: FieldMatcher
  /** The only name that can fit, when the selector names one. */
  readonly nameWanted: string | undefined
}

function parseTerm(text: string): Term {
  const [, field = '', operator, value = ''] =
    /^([^=!\\]+)(!=|==|=)((?:\\.|[^=\\])*)$/.exec(text.trim()) ?? []
  if (operator === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`)
  return { field, equal: operator !== '!=', value: value.replaceAll(/\\(.)/g, '$1') }
}
