// SPDX-License-Identifier: Apache-2.0

import type { JsonValue } from '../../../base/index.ts'
import { StatusError } from './status-error.ts'

/** One thing that is wrong with an object, as the real server says it. */
export interface FieldError {
  /** Path such as `spec.containers[0].name`. */
  readonly field: string
  /** Reason of the cause, such as `FieldValueRequired`. */
  readonly reason: string
  /** The text after the path, such as `Required value`. */
  readonly message: string
}

/** A field that must be there. */
export function required(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: withDetail('Required value', detail) }
}

/** A value that cannot be used. */
export function invalid(field: string, value: JsonValue | undefined, detail: string): FieldError {
  return {
    field,
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${formatValue(value)}: ${detail}`,
  }
}

/** A value that occurs twice. */
export function duplicate(field: string, value: JsonValue): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${formatValue(value)}` }
}

/** A value outside a closed set. */
export function notSupported(field: string, value: JsonValue, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(', ')
  return {
    field,
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${formatValue(value)}: supported values: ${list}`,
  }
}

/** A field that may not be set, or not in this way. */
export function forbiddenField(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail) }
}

/** A reference to something that is not there. */
export function notFoundValue(field: string, value: JsonValue): FieldError {
  return { field, reason: 'FieldValueNotFound', message: `Not found: ${formatValue(value)}` }
}

/** A text or list beyond its bound. */
export function tooLong(field: string, maxBytes: number): FieldError {
  return { field, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxBytes} bytes` }
}

/** What an invalid object is called. */
export interface InvalidSubject {
  readonly group: string
  readonly kind: string
  readonly name: string
}

/** 422 with all that is wrong with an object. */
export function invalidObject(subject: InvalidSubject, errors: readonly FieldError[]): StatusError {
  const { group, kind, name } = subject
  const texts = errors.map((error) => `${error.field}: ${error.message}`)
  const problem = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `${group === '' ? kind : `${kind}.${group}`} "${name}" is invalid: ${problem}`,
    details: {
      name,
      group,
      kind,
      causes: errors.map(({ field, reason, message }) => ({ reason, message, field })),
    },
  })
}

/** A value as Go prints it with %#v, as far as texts and numbers go; the rest as JSON. */
function formatValue(value: JsonValue | undefined): string {
  return value === undefined ? 'null' : JSON.stringify(value)
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`
}
