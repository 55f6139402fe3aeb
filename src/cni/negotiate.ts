// SPDX-License-Identifier: Apache-2.0

import { describeError, formatGoJson } from '../base/index.ts'
import type { JsonObject, JsonValue } from '../base/index.ts'
import { readRoot, readText, readTexts } from './decode.ts'
import type { CniCommand } from './environment.ts'
import { CniError, cniErrorCode } from './error.ts'
import { goQuote, goQuoteList } from './go-quote.ts'
import { compareVersions, defaultVersion, specVersion } from './version.ts'

/**
 * The version of a configuration; 0.1.0 when it names none.
 *
 * @throws CniError 6 when `cniVersion` is no text.
 */
export function readConfigVersion(config: JsonObject): string {
  try {
    return readText(config, 'cniVersion', '') || defaultVersion
  } catch (error) {
    const message = `decoding version from network config: ${describeError(error)}`
    throw new CniError(cniErrorCode.decoding, message, { cause: error, id: 'cni/version-unsupported' })
  }
}

/** The first version of the specification that has a verb; the others have been there from the start. */
const introducedIn: Partial<Record<CniCommand, string>> = { CHECK: '0.4.0', GC: '1.1.0', STATUS: '1.1.0' }

/**
 * Whether a plugin that supports `supported` may run `command` for a configuration of `version`.
 *
 * @throws CniError 1 that says which side is too old.
 */
export function requireVersion(command: CniCommand, version: string, supported: readonly string[]): void {
  const introduced = introducedIn[command]
  if (introduced !== undefined) {
    if (compareVersions(version, introduced) < 0)
      throw incompatible(`config version does not allow ${command}`)
    if (!supported.some((one) => compareVersions(one, version) >= 0)) {
      throw incompatible(`plugin version does not allow ${command}`)
    }
  }
  if (supported.includes(version)) return
  const details = `config is ${goQuote(version)}, plugin supports ${goQuoteList(supported)}`
  throw incompatible('incompatible CNI versions', details)
}

/** What a plugin prints for VERSION, newline included. */
export function formatVersionInfo(supported: readonly string[]): string {
  return `${formatGoJson({ cniVersion: specVersion, supportedVersions: supported })}\n`
}

/**
 * The versions that a plugin's answer to VERSION lists. An answer of 0.2.0 may lack the list.
 *
 * @throws CniError 6 with the texts of the Go library.
 */
export function parseVersionInfo(value: JsonValue): readonly string[] {
  try {
    const info = readRoot(value, 'version info')
    const version = readText(info, 'cniVersion', '')
    if (version === '') throw new Error('missing field cniVersion')
    const versions = readTexts(info, 'supportedVersions', '')
    if (versions !== undefined && versions.length > 0) return versions
    if (version === '0.2.0') return ['0.1.0', '0.2.0']
    throw new Error('missing field supportedVersions')
  } catch (error) {
    const message = `decoding version info: ${describeError(error)}`
    throw new CniError(cniErrorCode.decoding, message, { cause: error, id: 'cni/plugin-output' })
  }
}

function incompatible(message: string, details?: string): CniError {
  return new CniError(cniErrorCode.incompatibleVersion, message, { details, id: 'cni/version-unsupported' })
}
