// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { errorIdOf } from '../../base/index.ts'
import { cacheFilePath, CniError, cniErrorCode } from '../../cni/index.ts'
import type { AttachmentKey } from '../../cni/index.ts'

/** Whether libcni remembers a result: then the ADD of the network has succeeded. */
export function isRemembered(cacheDir: string, key: AttachmentKey): boolean {
  try {
    return existsSync(cacheFilePath(cacheDir, key))
  } catch {
    // A name that cannot be part of a path was refused by ADD as well.
    return false
  }
}

/** What a plugin answers before it does anything; it answers an ADD with the same configuration likewise. */
const refusals: ReadonlySet<number> = new Set([
  cniErrorCode.incompatibleVersion,
  cniErrorCode.unsupportedField,
  cniErrorCode.invalidEnvironment,
  cniErrorCode.decoding,
  cniErrorCode.invalidConfig,
])

/** Whether a release failed only because the plugin exists nowhere or will not run with such a configuration. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isRefusal)
  if (!(error instanceof Error)) return false
  // Several steps of one plugin failed, and the error speaks for the first one only.
  if (error.cause instanceof AggregateError) return isRefusal(error.cause)
  if (error instanceof CniError) return refusals.has(error.code) || isPluginMissing(error)
  return isRefusal(error.cause)
}

// A plugin that is a program says in the Go library's words that the one it delegates to is missing.
function isPluginMissing(error: CniError): boolean {
  return errorIdOf(error) === 'cni/plugin-missing' || error.msg.startsWith('failed to find plugin "')
}
