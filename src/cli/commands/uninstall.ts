// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { addPlaceFlags, printReports, readPlaces } from './install-options.ts'
import type { PlaceFlags } from './install-options.ts'

interface UninstallFlags extends PlaceFlags {
  readonly socketDir: string
  readonly spoolDir: string
  readonly force: boolean
}

const more = `
Give the directories that were given to "plait install", and stop the daemon before.

What it does, in this order:
  - takes the daemon's configuration away and puts back what was there before: from then on
    the runtime gives new pods the default network alone
  - takes links and shim away and puts back what was there before
  - leaves what somebody else has put there since, and says so
  - says so when pods were deleted that no daemon has released

Pods keep the networks that they have. After an interruption run it again.`

/** `plait uninstall`: gives this node back as it was before `plait install`. */
export function uninstallCommand(): Command {
  return addPlaceFlags(
    new Command('uninstall').description('restore what was on this node before "plait install"'),
  )
    .option('--socket-dir <dir>', "directory of the daemon's socket", '/run/multus')
    .option('--spool-dir <dir>', 'where the shim keeps deletions for a daemon', '/var/lib/cni/plait/spool')
    .option('--force', 'go on although the daemon still runs', false)
    .addHelpText('after', more)
    .action(async ({ socketDir, spoolDir, force, ...flags }: UninstallFlags) => {
      const { uninstall } = await import('../../daemon/index.ts')
      const places = await readPlaces(flags)
      const reports = await uninstall({ ...places, socketDir, spoolDir, force })
      if (reports.length === 0) console.log(`Nothing of plait is installed in ${places.binDir}`)
      printReports(reports)
    })
}
