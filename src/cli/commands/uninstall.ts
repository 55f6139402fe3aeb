// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { addNodePlaces, printReports } from './install-options.ts'
import type { NodePlaces } from './install-options.ts'

interface UninstallFlags extends NodePlaces {
  readonly socketDir: string
  readonly force: boolean
}

const more = `
Give the directories that were given to "plait install", and stop the daemon before.

What it does, in this order:
  - takes the daemon's configuration away and puts back what was there before: from then on
    the runtime gives new pods the default network alone
  - takes links and shim away and puts back what was there before
  - leaves what somebody else has put there since, and says so

Pods keep the networks that they have. After an interruption run it again.`

/** `plait uninstall`: gives this node back as it was before `plait install`. */
export function uninstallCommand(): Command {
  return addNodePlaces(
    new Command('uninstall').description('restore what was on this node before "plait install"'),
  )
    .option('--socket-dir <dir>', "directory of the daemon's socket", '/run/multus')
    .option('--force', 'go on although the daemon still runs', false)
    .addHelpText('after', more)
    .action(async ({ cniBinDir, cniConfDir, confName, socketDir, force }: UninstallFlags) => {
      const { uninstall } = await import('../../daemon/index.ts')
      const places = { binDir: cniBinDir, confDir: cniConfDir, confName }
      const reports = await uninstall({ ...places, socketDir, force })
      if (reports.length === 0) console.log(`Nothing of plait is installed in ${cniBinDir}`)
      printReports(reports)
    })
}
