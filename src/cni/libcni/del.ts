// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { keepAside } from '../cache/corrupt.ts'
import { cacheFilePath } from '../cache/path.ts'
import type { AttachmentKey } from '../cache/path.ts'
import { readCachedResult } from '../cache/read.ts'
import { removeCached } from '../cache/write.ts'
import { buildPluginConfig } from '../config/inject.ts'
import { listOfPlugin } from '../config/list.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { NetworkConfig } from '../config/plugin-config.ts'
import { normalizeResult } from '../result/format.ts'
import { compareVersions } from '../version.ts'
import { invocationOf, keyOf, logOf } from './libcni.ts'
import type { Libcni, RuntimeConf } from './libcni.ts'
import { PluginCallError, withoutPrefix } from './plugin-call-error.ts'

/**
 * Detaches a container from a network: DEL of each plugin in reverse order, with the remembered result from 0.4.0
 * on. A remembered result that cannot be used is kept aside and the release goes on without it. Unlike upstream's,
 * a plugin that fails does not keep the others from releasing what they hold. The result is forgotten when all
 * went well.
 *
 * @throws PluginCallError when one plugin failed, AggregateError of such when several did.
 */
export async function delNetworkList(
  libcni: Libcni,
  list: NetworkConfigList,
  runtime: RuntimeConf,
): Promise<void> {
  const { name, cniVersion } = list
  const { capabilityArgs } = runtime
  const prevResult = compareVersions(cniVersion, '0.4.0') < 0 ? undefined : recall(libcni, list, runtime)
  const failures: PluginCallError[] = []
  for (const plugin of list.plugins.toReversed()) {
    const config = buildPluginConfig(plugin, { name, cniVersion, prevResult, capabilityArgs })
    try {
      await libcni.invoke(invocationOf(libcni, 'DEL', { plugin, config, runtime }))
    } catch (error) {
      failures.push(new PluginCallError(plugin, 'DEL', error))
    }
  }
  const [failure, ...others] = failures
  if (others.length > 0) throw new AggregateError(failures, '')
  if (failure !== undefined) throw failure
  forget(libcni, keyOf(list, runtime))
}

/** As {@link delNetworkList} for a network of one plugin; its CniError is thrown as it is. */
export async function delNetwork(
  libcni: Libcni,
  network: NetworkConfig,
  runtime: RuntimeConf,
): Promise<void> {
  return withoutPrefix(delNetworkList(libcni, listOfPlugin(network), runtime))
}

function recall(libcni: Libcni, list: NetworkConfigList, runtime: RuntimeConf): JsonObject | undefined {
  const key = keyOf(list, runtime)
  try {
    const result = readCachedResult(libcni.cacheDir, key)
    return result && normalizeResult(result, list.cniVersion)
  } catch (error) {
    logOf(libcni).warn({ ...key, error }, 'cached result cannot be used, release goes on without it')
    setAside(libcni, key)
    return undefined
  }
}

function setAside(libcni: Libcni, key: AttachmentKey): void {
  try {
    const file = keepAside(cacheFilePath(libcni.cacheDir, key))
    logOf(libcni).warn({ ...key, file }, 'cached result kept aside')
  } catch (error) {
    logOf(libcni).warn({ ...key, error }, 'cached result could not be kept aside')
  }
}

function forget(libcni: Libcni, key: AttachmentKey): void {
  try {
    removeCached(libcni.cacheDir, key)
  } catch (error) {
    // Nothing of the network is left; GC meets the file again.
    logOf(libcni).warn({ ...key, error }, 'cached result could not be removed')
  }
}
