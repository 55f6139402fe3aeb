// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { readConfigFile } from '../../cni/index.ts'

/**
 * The plugins that a file of CNI configuration names, in either of its forms; none when it cannot be read as one: it may
 * be half written, or anybody's.
 */
export function readConfPlugins(path: string): readonly JsonObject[] {
  try {
    const root = parseJson(readConfigFile(path))
    if (!isJsonObject(root)) return []
    const list = getCaseInsensitive(root, 'plugins')
    return Array.isArray(list) ? list.filter((plugin) => isJsonObject(plugin)) : [root]
  } catch {
    // Said when it is the one to be used.
    return []
  }
}
