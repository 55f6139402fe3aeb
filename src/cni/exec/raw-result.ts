// SPDX-License-Identifier: Apache-2.0

import { describeError, getCaseInsensitive, isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { injectKeys } from '../config/inject.ts'
import { goTypeName } from '../decode.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { readConfigVersion } from '../negotiate.ts'

/**
 * What a plugin printed for ADD, as an object with a version: the configuration's when it names none. `null`
 * counts as an empty result (§1.10).
 *
 * @throws CniError 999 when it is no JSON object.
 */
export function parseRawResult(stdout: string, config: JsonObject): JsonObject {
  const value = unmarshal(stdout) ?? {}
  if (!isJsonObject(value)) throw badOutput(`cannot use a result of type ${goTypeName(value)}`)
  const version = getCaseInsensitive(value, 'cniVersion')
  if (typeof version === 'string' && version !== '') return value
  return injectKeys(value, { cniVersion: readConfigVersion(config) })
}

/**
 * What a plugin printed for VERSION.
 *
 * @throws CniError 999 when it is no JSON object.
 */
export function parseRawVersionInfo(stdout: string): JsonObject {
  const value = unmarshal(stdout)
  if (!isJsonObject(value)) throw badOutput(`cannot use version information of type ${goTypeName(value)}`)
  return value
}

function unmarshal(stdout: string): JsonValue {
  try {
    return parseJson(stdout)
  } catch (error) {
    throw badOutput(describeError(error))
  }
}

function badOutput(problem: string): CniError {
  return new CniError(cniErrorCode.internal, `failed to unmarshal raw result: ${problem}`, {
    id: 'cni/plugin-output',
  })
}
