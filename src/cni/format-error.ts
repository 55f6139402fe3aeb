// SPDX-License-Identifier: Apache-2.0

import { formatGoJson, oneLine, parseJson } from '../base/index.ts'
import { readInteger, readRoot, readText } from './decode.ts'
import { CniError } from './error.ts'

// More than any event or log line shows; what is longer quotes something that somebody made long.
const longestText = 2048

/**
 * The JSON that a failed plugin prints: 4 blanks per level, no newline at the end, no `details` when empty.
 * No `cniVersion`: the specification lists one, the Go library never prints it, consumers do not expect it.
 * Texts are one line each, and of a text that is too long the middle is left out.
 */
export function formatCniError({ code, msg, details }: CniError): string {
  const texts = { msg: shortLine(msg), ...(details ? { details: shortLine(details) } : {}) }
  return formatGoJson({ code, ...texts }, { indent: 4 })
}

// Names and plugins' texts come from outside, and may hold line breaks and what a terminal obeys.
function shortLine(text: string): string {
  const line = oneLine(text)
  if (line.length <= longestText) return line
  return `${line.slice(0, longestText / 2)} … ${line.slice(-longestText / 4)}`
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
