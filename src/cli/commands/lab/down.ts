// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { isRoot } from '../../command-line.ts'

/** `plait lab down`: ends the lab that is up, with everything in it. */
export function labDownCommand(): Command {
  return new Command('down').description('take down the lab that is up').action(async () => {
    const { endLab } = await import('../../../lab/index.ts')
    const { scenario, nodes } = await endLab({ env: process.env, root: isRoot() })
    console.log(`The lab ${scenario} (${nodes.join(', ')}) is gone.`)
  })
}
