// SPDX-License-Identifier: Apache-2.0

import { Option } from 'commander'
import type { Command } from 'commander'
import type { FileReport } from '../../daemon/index.ts'

/** Where the parts of a node are, as the command line says it. */
export interface PlaceFlags {
  readonly cniBinDir: string
  readonly cniConfDir: string
  readonly hostRoot: string
  readonly confName: string
}

/** Adds the options that say where the parts of a node are. */
export function addPlaceFlags(command: Command): Command {
  return command
    .addOption(
      new Option('-d, --cni-bin-dir <dir>', "the runtime's directory of plugins, or auto").default(
        '/opt/cni/bin',
      ),
    )
    .addOption(
      new Option('--cni-conf-dir <dir>', "the runtime's directory of configurations, or auto").default(
        '/etc/cni/net.d',
      ),
    )
    .addOption(new Option('--host-root <dir>', "where auto looks for the node's files").default('/'))
    .addOption(
      new Option('--conf-name <name>', 'the configuration that the daemon writes there').default(
        '00-multus.conf',
      ),
    )
}

/** The directories that the flags mean; `auto` is looked for among those that distributions use. @throws PlaitError */
export async function readPlaces({ cniBinDir, cniConfDir, hostRoot, confName }: PlaceFlags) {
  const { findPlaces } = await import('../../daemon/index.ts')
  const found = cniBinDir === 'auto' || cniConfDir === 'auto' ? findPlaces(hostRoot) : undefined
  const pick = (given: string, other: string | undefined): string => (given === 'auto' && other) || given
  return { binDir: pick(cniBinDir, found?.binDir), confDir: pick(cniConfDir, found?.confDir), confName }
}

/** One line for each path that was changed or deliberately left, and one for the rest. */
export function printReports(reports: readonly FileReport[]): void {
  const told = reports.filter(({ did }) => did !== 'unchanged')
  for (const { did, path, note } of told) console.log(`${did.padEnd(8)} ${path}${note ? ` (${note})` : ''}`)
  const unchanged = reports.length - told.length
  if (unchanged > 0)
    console.log(`${unchanged} ${unchanged === 1 ? 'file is' : 'files are'} as wanted already`)
}
