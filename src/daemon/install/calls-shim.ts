// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { getCaseInsensitive, isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'

/** Whether a CNI configuration leads to the shim, as those do that the daemon writes. */
export function callsShim(path: string): boolean {
  const config = readObject(path)
  if (config === undefined) return false
  const plugins = getCaseInsensitive(config, 'plugins')
  const all = Array.isArray(plugins) ? plugins.filter((plugin) => isJsonObject(plugin)) : [config]
  return all.some((plugin) => getCaseInsensitive(plugin, 'type') === 'multus-shim')
}

function readObject(path: string): JsonObject | undefined {
  try {
    const value = parseJson(readFileSync(path))
    return isJsonObject(value) ? value : undefined
  } catch {
    // Whatever it is, the daemon did not write it.
    return undefined
  }
}
