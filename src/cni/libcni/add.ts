// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { writeCachedAttachment } from '../cache/write.ts'
import { buildPluginConfig } from '../config/inject.ts'
import { listOfPlugin } from '../config/list.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { NetworkConfig, PluginConfig } from '../config/plugin-config.ts'
import { normalizeResult } from '../result/format.ts'
import { parsePluginResult } from '../result/parse.ts'
import type { CniResult } from '../result/result.ts'
import { validateContainerId, validateInterfaceName, validateNetworkName } from '../validate.ts'
import { invocationOf, keyOf } from './libcni.ts'
import type { Libcni, RuntimeConf } from './libcni.ts'
import { PluginCallError, withoutPrefix } from './plugin-call-error.ts'

/**
 * Attaches a container to a network: ADD of each plugin in order, each with the result of the one before. The
 * result of the last is remembered for CHECK and DEL. Nothing is undone on failure: the caller runs DEL.
 *
 * @throws PluginCallError with the plugin's CniError as cause; PlaitError `cni/cache-failed` when the network is
 * up but could not be remembered.
 */
export async function addNetworkList(
  libcni: Libcni,
  list: NetworkConfigList,
  runtime: RuntimeConf,
): Promise<CniResult> {
  let last: PluginResult | undefined
  for (const plugin of list.plugins) {
    try {
      if (last === undefined) validateAttachment(list, runtime)
      last = await addPlugin(libcni, plugin, { list, runtime, prevResult: last?.json })
    } catch (error) {
      throw new PluginCallError(plugin, 'ADD', error)
    }
  }
  if (last === undefined) throw new PlaitError('config/invalid', `no plugins in network "${list.name}"`)
  remember(libcni, { list, runtime, result: last.json })
  return last.result
}

/** As {@link addNetworkList} for a network of one plugin; its CniError is thrown as it is. */
export async function addNetwork(
  libcni: Libcni,
  network: NetworkConfig,
  runtime: RuntimeConf,
): Promise<CniResult> {
  return withoutPrefix(addNetworkList(libcni, listOfPlugin(network), runtime))
}

/** A result in our shape, and as the JSON of the network's version. */
interface PluginResult {
  readonly result: CniResult
  readonly json: JsonObject
}

async function addPlugin(
  libcni: Libcni,
  plugin: PluginConfig,
  request: { list: NetworkConfigList; runtime: RuntimeConf; prevResult: JsonObject | undefined },
): Promise<PluginResult> {
  const { list, runtime, prevResult } = request
  const { name, cniVersion } = list
  const { capabilityArgs } = runtime
  const config = buildPluginConfig(plugin, { name, cniVersion, prevResult, capabilityArgs })
  const raw = await libcni.invoke(invocationOf(libcni, 'ADD', { plugin, config, runtime }))
  const result = parsePluginResult(raw ?? null, cniVersion)
  return { result, json: normalizeResult(result, cniVersion) }
}

// DEL and CHECK do not validate: what could not be added must not fail to be deleted (LIB-2).
function validateAttachment({ name }: NetworkConfigList, { containerId, ifName }: RuntimeConf): void {
  validateContainerId(containerId)
  validateNetworkName(name)
  validateInterfaceName(ifName)
}

function remember(
  { cacheDir }: Libcni,
  { list, runtime, result }: { list: NetworkConfigList; runtime: RuntimeConf; result: JsonObject },
): void {
  const { netns, args, capabilityArgs } = runtime
  const key = keyOf(list, runtime)
  try {
    writeCachedAttachment(cacheDir, { ...key, config: list.bytes, netns, args, capabilityArgs, result })
  } catch (error) {
    const message = `failed to set network "${list.name}" cached result`
    // The system's own words name a temporary file, or none at all.
    const cause = new Error(`Cannot write below ${cacheDir}`, { cause: error })
    throw new PlaitError('cni/cache-failed', message, { cause })
  }
}
