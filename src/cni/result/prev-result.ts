// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { readObject } from '../decode.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { parseResult } from './parse.ts'
import type { CniResult } from './result.ts'

/**
 * The `prevResult` of a request, which is in the configuration's version; undefined when there is none.
 *
 * @throws CniError 6 when it cannot be decoded in that version.
 */
export function parsePrevResult(config: JsonObject, version: string): CniResult | undefined {
  try {
    const value = readObject(config, 'prevResult', '')
    return value === undefined ? undefined : parseResult(value, version)
  } catch (error) {
    const message = `could not parse prevResult: ${describeError(error)}`
    throw new CniError(cniErrorCode.decoding, message, { cause: error, id: 'cni/result-invalid' })
  }
}
