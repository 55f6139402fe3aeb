// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { version } from '../../base/index.ts'

/** `plait version`: the version of this program. */
export function versionCommand(): Command {
  return new Command('version').description('print the version of plait').action(() => {
    console.log(`plait ${version()}`)
  })
}
