// SPDX-License-Identifier: Apache-2.0

import { CniError, cniErrorCode } from './error.ts'
import { goQuote, goQuoteList } from './go-quote.ts'

/** One pair of CNI_ARGS. */
export type CniArg = readonly [key: string, value: string]

/**
 * The pairs of CNI_ARGS in order, duplicates included.
 *
 * @throws CniError for a piece that is not exactly one key and one value.
 */
export function parseCniArgs(text: string): CniArg[] {
  if (text === '') return []
  return text.split(';').map((pair) => {
    const [key, value, ...rest] = pair.split('=')
    if (key === undefined || value === undefined || rest.length > 0) {
      throw badArgs(`ARGS: invalid pair ${goQuote(pair)}`)
    }
    return [key, value]
  })
}

/** CNI_ARGS as it stands in the environment. */
export function formatCniArgs(args: readonly CniArg[]): string {
  return args.map(([key, value]) => `${key}=${value}`).join(';')
}

/**
 * The values of CNI_ARGS for the keys that a plugin knows; the last of several pairs wins.
 *
 * @throws CniError when there are other keys and `IgnoreUnknown` is not true.
 */
export function selectCniArgs(text: string, known: readonly string[]): Map<string, string> {
  const selected = new Map<string, string>()
  const unknown: string[] = []
  let ignoreUnknown = false
  for (const [key, value] of parseCniArgs(text)) {
    if (key === 'IgnoreUnknown') ignoreUnknown = parseBoolean(key, value)
    else if (known.includes(key)) selected.set(key, value)
    else unknown.push(`${key}=${value}`)
  }
  if (unknown.length > 0 && !ignoreUnknown) throw badArgs(`ARGS: unknown args ${goQuoteList(unknown)}`)
  return selected
}

function parseBoolean(key: string, value: string): boolean {
  const folded = value.toLowerCase()
  if (folded === '1' || folded === 'true') return true
  if (folded === '0' || folded === 'false') return false
  const reason = `boolean unmarshal error: invalid input ${value}`
  throw badArgs(`ARGS: error parsing value of pair ${goQuote(`${key}=${value}`)}: ${reason}`)
}

// 999, because the Go plugins return these as plain errors.
function badArgs(message: string): CniError {
  return new CniError(cniErrorCode.internal, message, { id: 'cni/args-invalid' })
}
