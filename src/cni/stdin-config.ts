// SPDX-License-Identifier: Apache-2.0

import { describeError, parseJson } from '../base/index.ts'
import type { JsonObject } from '../base/index.ts'
import { readRoot, readText } from './decode.ts'
import { CniError, cniErrorCode } from './error.ts'
import { validateNetworkName } from './validate.ts'

/**
 * The network configuration that a plugin gets on standard input, with a valid name.
 *
 * @throws CniError 6 when it is no JSON object, 7 when its name is missing or invalid.
 */
export function parseStdinConfig(bytes: Uint8Array | string): JsonObject {
  const { config, name } = decode(bytes)
  if (name === '') {
    throw new CniError(cniErrorCode.invalidConfig, 'missing network name', { id: 'config/invalid' })
  }
  validateNetworkName(name)
  return config
}

function decode(bytes: Uint8Array | string): { config: JsonObject; name: string } {
  try {
    const config = readRoot(parseJson(bytes), 'network config')
    return { config, name: readText(config, 'name', '') }
  } catch (error) {
    const message = `error unmarshall network config: ${describeError(error)}`
    throw new CniError(cniErrorCode.decoding, message, { cause: error })
  }
}
