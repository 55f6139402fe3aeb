// SPDX-License-Identifier: Apache-2.0

import { formatGoJson, parseJson } from '../base/index.ts'
import { readInteger, readRoot, readText } from './decode.ts'
import { CniError } from './error.ts'

/**
 * The JSON that a failed plugin prints: 4 blanks per level, no newline at the end, no `details` when empty.
 * No `cniVersion`: the specification lists one, the Go library never prints it, consumers do not expect it.
 */
export function formatCniError({ code, msg, details }: CniError): string {
  return formatGoJson({ code, msg, ...(details ? { details } : {}) }, { indent: 4 })
}

/**
 * The error that a failed plugin printed.
 *
 * @throws PlaitError when the text is no JSON object, ConfigError when a field has another type.
 */
export function parseCniError(text: string): CniError {
  const object = readRoot(parseJson(text), 'error')
  return new CniError(readInteger(object, 'code', 'error') ?? 0, readText(object, 'msg', 'error'), {
    details: readText(object, 'details', 'error'),
    id: 'cni/plugin-failed',
  })
}
