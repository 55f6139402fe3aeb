// SPDX-License-Identifier: Apache-2.0

import type { JsonValue } from '../../base/index.ts'

/** What Go's encoding/json says of a member of the wrong type. */
export function cannotUnmarshal(value: JsonValue, field: string, type: string): Error {
  return new Error(`json: cannot unmarshal ${goKind(value)} into Go struct field ${field} of type ${type}`)
}

/** The name that Go's encoding/json has for the type of a value. */
export function goKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
