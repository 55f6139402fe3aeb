// SPDX-License-Identifier: Apache-2.0

import { goQuote } from './go-quote.ts'
import { CniError, cniErrorCode } from './error.ts'

/** The newest version of the CNI specification that is implemented; what is greater is never chosen. */
export const specVersion = '1.1.0'

/** All versions of the CNI specification whose configurations and results are understood, oldest first. */
export const supportedVersions: readonly string[] = [
  '0.1.0',
  '0.2.0',
  '0.3.0',
  '0.3.1',
  '0.4.0',
  '1.0.0',
  specVersion,
]

/** The version of a configuration or result that names none. */
export const defaultVersion = '0.1.0'

/**
 * Order of two versions: negative, 0 or positive. Missing parts are 0, empty text is 0.1.0.
 *
 * @throws CniError for text that is no version.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0
  const [left, right] = [parseVersion(a), parseVersion(b)]
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
}

const partNames = ['major', 'minor', 'micro']

/** @throws CniError with the texts of the Go library. */
function parseVersion(text: string): [number, number, number] {
  const parts = (text === '' ? defaultVersion : text).split('.')
  if (parts.length > partNames.length) throw malformed(`invalid version ${goQuote(text)}: too many parts`)
  const numbers = parts.map((part, index) => {
    if (/^[+-]?\d+$/.test(part)) return Number(part)
    const reason = `parsing ${goQuote(part)}: invalid syntax`
    throw malformed(
      `failed to convert ${partNames[index]} version part ${goQuote(part)}: strconv.Atoi: ${reason}`,
    )
  })
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0]
}

function malformed(message: string): CniError {
  return new CniError(cniErrorCode.decoding, message, { id: 'cni/version-unsupported' })
}
