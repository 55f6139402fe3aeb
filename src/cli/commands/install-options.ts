// SPDX-License-Identifier: Apache-2.0

import { Option } from 'commander'
import type { Command } from 'commander'
import type { FileReport } from '../../daemon/index.ts'

/** Where the parts of a node are. */
export interface NodePlaces {
  readonly cniBinDir: string
  readonly cniConfDir: string
  readonly confName: string
}

/** Adds the options that say where the parts of a node are. */
export function addNodePlaces(command: Command): Command {
  return command
    .addOption(
      new Option('-d, --cni-bin-dir <dir>', "the runtime's directory of plugins").default('/opt/cni/bin'),
    )
    .addOption(
      new Option('--cni-conf-dir <dir>', "the runtime's directory of configurations").default(
        '/etc/cni/net.d',
      ),
    )
    .addOption(
      new Option('--conf-name <name>', 'the configuration that the daemon writes there').default(
        '00-multus.conf',
      ),
    )
}

/** One line for each path that was changed or deliberately left, and one for the rest. */
export function printReports(reports: readonly FileReport[]): void {
  const told = reports.filter(({ did }) => did !== 'unchanged')
  for (const { did, path, note } of told) console.log(`${did.padEnd(8)} ${path}${note ? ` (${note})` : ''}`)
  const unchanged = reports.length - told.length
  if (unchanged > 0)
    console.log(`${unchanged} ${unchanged === 1 ? 'file is' : 'files are'} as wanted already`)
}
