// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { isJsonObject, parseJson } from '../../base/index.ts'

/** `plait version`: the version of this program. */
export function versionCommand(): Command {
  return new Command('version').description('print the version of plait').action(() => {
    const manifest = parseJson(readFileSync(new URL('../../../package.json', import.meta.url)))
    const version = isJsonObject(manifest) ? manifest['version'] : undefined
    console.log(`plait ${typeof version === 'string' ? version : 'unknown'}`)
  })
}
