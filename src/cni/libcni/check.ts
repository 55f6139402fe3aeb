// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { readCachedResult } from '../cache/read.ts'
import { buildPluginConfig } from '../config/inject.ts'
import { listOfPlugin } from '../config/list.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { NetworkConfig } from '../config/plugin-config.ts'
import { normalizeResult } from '../result/format.ts'
import { compareVersions } from '../version.ts'
import { goQuote } from '../go-quote.ts'
import { invocationOf, keyOf } from './libcni.ts'
import type { Libcni, RuntimeConf } from './libcni.ts'

/**
 * Verifies an attachment: CHECK of each plugin in order with the remembered result, until one fails. Nothing is
 * run when the network says `disableCheck`.
 *
 * @throws CniError of the plugin as it is; PlaitError when the version has no CHECK or the remembered result cannot
 * be used.
 */
export async function checkNetworkList(
  libcni: Libcni,
  list: NetworkConfigList,
  runtime: RuntimeConf,
): Promise<void> {
  const { name, cniVersion } = list
  if (compareVersions(cniVersion, '0.4.0') < 0) {
    const message = `configuration version ${goQuote(cniVersion)} does not support the CHECK command`
    throw new PlaitError('cni/version-unsupported', message)
  }
  if (list.disableCheck) return
  const prevResult = recall(libcni, list, runtime)
  for (const plugin of list.plugins) {
    const { capabilityArgs } = runtime
    const config = buildPluginConfig(plugin, { name, cniVersion, prevResult, capabilityArgs })
    await libcni.invoke(invocationOf(libcni, 'CHECK', { plugin, config, runtime }))
  }
}

/** As {@link checkNetworkList} for a network of one plugin. */
export async function checkNetwork(
  libcni: Libcni,
  network: NetworkConfig,
  runtime: RuntimeConf,
): Promise<void> {
  return checkNetworkList(libcni, listOfPlugin(network), runtime)
}

function recall(libcni: Libcni, list: NetworkConfigList, runtime: RuntimeConf): JsonObject | undefined {
  try {
    const result = readCachedResult(libcni.cacheDir, keyOf(list, runtime))
    return result && normalizeResult(result, list.cniVersion)
  } catch (error) {
    const message = `failed to get network "${list.name}" cached result`
    throw new PlaitError('cni/cache-failed', message, { cause: error })
  }
}
