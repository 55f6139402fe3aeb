// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { isJsonObject, parseJson } from './json/value.ts'

/** The version of this program: that of its package.json. */
export function version(): string {
  const root = parseJson(readFileSync(new URL('../../package.json', import.meta.url)))
  return isJsonObject(root) && typeof root.version === 'string' ? root.version : 'unknown'
}
