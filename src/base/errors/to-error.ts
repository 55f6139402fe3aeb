// SPDX-License-Identifier: Apache-2.0

import { inspect, types } from 'node:util'

/** The value itself if it is an Error, otherwise an Error that shows it. */
export function toError(value: unknown): Error {
  if (value instanceof Error) return value
  if (types.isNativeError(value)) return value
  return new Error(typeof value === 'string' ? value : inspect(value, { depth: 2, breakLength: Infinity }))
}
