// SPDX-License-Identifier: Apache-2.0

import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import { addPlaceFlags, printReports, readPlaces } from './install-options.ts'
import type { PlaceFlags } from './install-options.ts'

interface InstallFlags extends PlaceFlags {
  readonly shim: string
  readonly linkPlugins: boolean
}

const builtShim = fileURLToPath(new URL('../../../build/multus-shim', import.meta.url))

const more = `
What it does:
  - puts the shim there as multus-shim, and a link multus to it; running shims are not disturbed
  - with --link-plugins also macvlan, bridge and every other bundled plugin, as links to the shim
  - keeps what was there under these names in <dir>/.plait, and notes it there
  - does nothing where everything is as wanted; after an interruption run it again

The configuration is written by "plait daemon", when it can serve. "plait uninstall" undoes both.

In a container whose host is mounted at /host, either of:
  plait install --cni-bin-dir /host/opt/cni/bin --cni-conf-dir /host/etc/cni/net.d
  plait install --host-root /host --cni-bin-dir auto --cni-conf-dir auto`

/** `plait install`: puts the shim on this node. */
export function installCommand(): Command {
  return addPlaceFlags(
    new Command('install').description('put the shim where the container runtime finds it'),
  )
    .addOption(
      new Option('--shim <file>', 'the shim').default(builtShim, 'the one that was built with plait'),
    )
    .option('--link-plugins', 'make the bundled plugins available by their names', false)
    .addHelpText('after', more)
    .action(async ({ shim, linkPlugins, ...flags }: InstallFlags) => {
      const { install } = await import('../../daemon/index.ts')
      const links = linkPlugins ? await pluginNames() : []
      printReports(await install({ ...(await readPlaces(flags)), shim, links }))
    })
}

async function pluginNames(): Promise<string[]> {
  const { loadPlugins } = await import('../../plugins/index.ts')
  const plugins = await loadPlugins()
  return [...plugins.keys()].toSorted()
}
