// SPDX-License-Identifier: Apache-2.0

import { buildPluginConfig } from '../config/inject.ts'
import { listOfPlugin } from '../config/list.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { NetworkConfig } from '../config/plugin-config.ts'
import { compareVersions } from '../version.ts'
import { invocationOf } from './libcni.ts'
import type { Libcni } from './libcni.ts'

/**
 * Asks each plugin of a network in order whether it can serve an ADD. Versions before 1.1.0 have no STATUS and
 * count as ready.
 *
 * @throws CniError of the first plugin that cannot, as it is: its code 50 or 51 means something to the runtime.
 */
export async function statusNetworkList(libcni: Libcni, list: NetworkConfigList): Promise<void> {
  const { name, cniVersion } = list
  if (compareVersions(cniVersion, '1.1.0') < 0) return
  for (const plugin of list.plugins) {
    const config = buildPluginConfig(plugin, { name, cniVersion })
    await libcni.invoke(invocationOf(libcni, 'STATUS', { plugin, config }))
  }
}

/** As {@link statusNetworkList} for a network of one plugin. */
export async function statusNetwork(libcni: Libcni, network: NetworkConfig): Promise<void> {
  return statusNetworkList(libcni, listOfPlugin(network))
}
