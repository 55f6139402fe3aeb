// SPDX-License-Identifier: Apache-2.0

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { goQuote } from '../go-quote.ts'
import { pluginMissing, validatePluginType } from '../validate.ts'

/**
 * The path of the program of a plugin: the first regular file of that name directly inside one of the
 * directories. Links are followed; whether it may be executed shows when it is (LIB-1).
 *
 * @throws CniError 999 `cni/plugin-missing` with upstream's texts.
 */
export function findPlugin(type: string, path: readonly string[]): string {
  validatePluginType(type)
  if (path.length === 0) throw pluginMissing('no paths provided')
  for (const directory of path) {
    // An empty directory would mean the working directory.
    const file = directory === '' ? undefined : join(directory, type)
    if (file !== undefined && isRegularFile(file)) return file
  }
  throw pluginMissing(`failed to find plugin ${goQuote(type)} in path [${path.join(' ')}]`)
}

function isRegularFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  } catch {
    // Not permitted, a loop of links, a file where a directory should be: as good as absent.
    return false
  }
}
