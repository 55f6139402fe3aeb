// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { loadListFile } from '../../cni/index.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { delegateFromListFile } from '../delegate/load.ts'

/** The members that libcni's types know: all that upstream 4.2.1 to 4.3.0 keeps of a list from a file. */
const standardMembers: ReadonlySet<string> = new Set([
  'cniVersion',
  'name',
  'type',
  'capabilities',
  'ipam',
  'dns',
])

/**
 * The default network as it is on disk, when what upstream remembered of it has lost the settings of its
 * plugins (BUG-43): a DEL with the remains would not find the addresses it is to release.
 *
 * @param clusterNetwork the selector of the configuration; only a path to a list can be such a network.
 */
export function repairLossyDelegate(delegate: Delegate, clusterNetwork: string): Delegate {
  if (!delegate.master || !delegate.isList || !clusterNetwork.endsWith('.conflist')) return delegate
  if (!delegate.network.plugins.every(({ config }) => hasOnlyStandardMembers(config))) return delegate
  try {
    const list = loadListFile(clusterNetwork)
    if (list.name !== delegate.network.name) return delegate
    return { ...delegateFromListFile(list), name: delegate.name, master: true, request: delegate.request }
  } catch {
    // The file is gone or broken: what is remembered is all there is.
    return delegate
  }
}

function hasOnlyStandardMembers(plugin: JsonObject): boolean {
  const ipam = isJsonObject(plugin.ipam) ? plugin.ipam : {}
  return (
    Object.keys(plugin).every((key) => standardMembers.has(key)) &&
    Object.keys(ipam).every((key) => key === 'type')
  )
}
