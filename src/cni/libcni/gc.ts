// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../base/index.ts'
import type { CachedAttachment } from '../cache/entry.ts'
import { listCachedAttachments } from '../cache/read.ts'
import { buildPluginConfig, injectKeys } from '../config/inject.ts'
import { listOfPlugin } from '../config/list.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { NetworkConfig } from '../config/plugin-config.ts'
import { compareVersions } from '../version.ts'
import { delNetworkList } from './del.ts'
import { invocationOf } from './libcni.ts'
import type { Libcni } from './libcni.ts'

/** An attachment that is in use. */
export interface ValidAttachment {
  readonly containerId: string
  readonly ifName: string
}

/**
 * Releases what belongs to attachments that are no longer in use: DEL for those that are remembered and not in
 * `valid`, with the list as it is now, then GC of every plugin from 1.1.0 on. Without `valid` every remembered
 * attachment is released. Nothing is done when the network says `disableGC`.
 *
 * @throws AggregateError of all that failed; the rest was done.
 */
export async function gcNetworkList(
  libcni: Libcni,
  list: NetworkConfigList,
  valid?: readonly ValidAttachment[],
): Promise<void> {
  if (list.disableGC) return
  const failures = await releaseStale(libcni, list, valid ?? [])
  if (compareVersions(list.cniVersion, '1.1.0') >= 0) failures.push(...(await gcPlugins(libcni, list, valid)))
  if (failures.length > 0) throw new AggregateError(failures, '')
}

/** As {@link gcNetworkList} for a network of one plugin. */
export async function gcNetwork(
  libcni: Libcni,
  network: NetworkConfig,
  valid?: readonly ValidAttachment[],
): Promise<void> {
  return gcNetworkList(libcni, listOfPlugin(network), valid)
}

async function releaseStale(
  libcni: Libcni,
  list: NetworkConfigList,
  valid: readonly ValidAttachment[],
): Promise<Error[]> {
  const inUse = new Set(valid.map(({ containerId, ifName }) => JSON.stringify([containerId, ifName])))
  const failures: Error[] = []
  for (const attachment of await listCachedAttachments(libcni.cacheDir)) {
    const { containerId, ifName, networkName } = attachment
    if (networkName !== list.name || inUse.has(JSON.stringify([containerId, ifName]))) continue
    const failure = await release(libcni, list, attachment)
    if (failure !== undefined) failures.push(failure)
  }
  return failures
}

async function release(
  libcni: Libcni,
  list: NetworkConfigList,
  attachment: CachedAttachment,
): Promise<Error | undefined> {
  try {
    await delNetworkList(libcni, list, attachment)
    return undefined
  } catch (error) {
    const { containerId, ifName } = attachment
    return new Error(`failed to delete stale attachment ${containerId} ${ifName}`, { cause: error })
  }
}

async function gcPlugins(
  libcni: Libcni,
  { name, cniVersion, plugins }: NetworkConfigList,
  valid: readonly ValidAttachment[] | undefined,
): Promise<Error[]> {
  const injected = valid === undefined ? {} : attachmentKeys(valid)
  const failures: Error[] = []
  for (const plugin of plugins) {
    const config = injectKeys(buildPluginConfig(plugin, { name, cniVersion }), injected)
    try {
      await libcni.invoke(invocationOf(libcni, 'GC', { plugin, config }))
    } catch (error) {
      failures.push(new Error(`failed to GC plugin ${plugin.type}`, { cause: error }))
    }
  }
  return failures
}

// Libraries before the key was named in the specification read the second one.
function attachmentKeys(valid: readonly ValidAttachment[]): Record<string, JsonValue> {
  const attachments: JsonObject[] = valid.map(({ containerId, ifName }) => ({
    containerID: containerId,
    ifname: ifName,
  }))
  return { 'cni.dev/valid-attachments': attachments, 'cni.dev/attachments': attachments }
}
