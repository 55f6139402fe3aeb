// SPDX-License-Identifier: Apache-2.0

import type { JsonValue } from '../../src/base/index.ts'

/** A text of a JSON answer; the empty one for anything else. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
