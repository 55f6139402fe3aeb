// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { readRoot, readText } from '../decode.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { specVersion } from '../version.ts'
import { familyOf, familyVersions } from './family.ts'
import { readDns, readInterfaces, readIps, readRoutes } from './parse-fields.ts'
import { readLegacyFamilies } from './parse-legacy.ts'
import type { CniResult } from './result.ts'

/**
 * A result that is said to be of `version`, in the shape of 1.1.0. A result that names no version is of the
 * one asked for; one that names a version of another shape is refused, as plugins refuse such a prevResult.
 *
 * @throws CniError 1 for an unknown version, 6 when it cannot be decoded.
 */
export function parseResult(value: JsonValue, version: string): CniResult {
  const versions = familyVersions[familyOf(version)]
  return decoding(() => {
    const object = readResultRoot(value)
    const own = readText(object, 'cniVersion', '') || version
    if (versions.includes(own)) return readResult(object, own)
    const listed = `[${versions.join(' ')}]`
    throw new Error(`result type supports ${listed} but unmarshalled CNIVersion is "${own}"`)
  })
}

/**
 * What a plugin printed for ADD, in the shape of 1.1.0: decoded by the version that it names itself, or by
 * that of its configuration when it names none (LIB-5).
 *
 * @throws CniError 1 for an unknown version, 6 when it cannot be decoded.
 */
export function parsePluginResult(value: JsonValue, configVersion: string): CniResult {
  return parseResult(value, readResultVersion(value) || configVersion)
}

/**
 * The version that a result names; empty when it names none.
 *
 * @throws CniError 6 when that is no text.
 */
export function readResultVersion(value: JsonValue): string {
  return decoding(() => readText(readResultRoot(value), 'cniVersion', ''))
}

function readResultRoot(value: JsonValue): JsonObject {
  return readRoot(value ?? {}, 'result')
}

function readResult(object: JsonObject, version: string): CniResult {
  const dns = readDns(object, '')
  if (familyOf(version) === 'ip4-ip6') return { ...readLegacyFamilies(object), ...(dns && { dns }) }
  const [interfaces, ips, routes] = [readInterfaces(object), readIps(object), readRoutes(object, '')]
  return {
    cniVersion: specVersion,
    ...(interfaces && { interfaces }),
    ...(ips && { ips }),
    ...(routes && { routes }),
    ...(dns && { dns }),
  }
}

function decoding<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof CniError) throw error
    const message = `cannot decode CNI result: ${describeError(error)}`
    throw new CniError(cniErrorCode.decoding, message, { cause: error, id: 'cni/result-invalid' })
  }
}
