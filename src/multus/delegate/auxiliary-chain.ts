// SPDX-License-Identifier: Apache-2.0

import { existsSync, readdirSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { formatGoJson, PlaitError } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import { loadConfigFile, validateNetworkName } from '../../cni/index.ts'
import type { Delegate } from './delegate.ts'
import { loadDelegate } from './load.ts'

/** The part of the configuration that an auxiliary chain is made from. */
export interface ChainSettings {
  readonly auxiliaryCniChainName: string
  readonly clusterNetwork: string
  readonly cniVersion: string
}

/**
 * The chain of plugins that runs after all networks: `passthru`, then one plugin per `*.conf` file in the
 * folder of the chain's name beside the default network's file (AUX-1 to AUX-4). Undefined when there is
 * no such chain, when no file adds a plugin, or when a file cannot be read, which is logged.
 *
 * @throws PlaitError `multus/config-invalid` when the default network is not given by its path (AUX-1).
 */
export function loadAuxiliaryChain(settings: ChainSettings, log: Log): Delegate | undefined {
  const { auxiliaryCniChainName: name, clusterNetwork, cniVersion } = settings
  if (name === '') return undefined
  if (!clusterNetwork.includes('/')) {
    throw new PlaitError(
      'multus/config-invalid',
      `auxiliary chain used but ClusterNetwork must be a path, and it is not a path: ${clusterNetwork}`,
    )
  }
  try {
    validateNetworkName(name)
    const added = readFolder(join(dirname(clusterNetwork), name))
    if (added.length === 0) return undefined
    const plugins = [{ type: 'passthru', name: 'passthru-cni' }, ...added]
    return loadDelegate(formatGoJson({ cniVersion, name, plugins }, { sortKeys: true }))
  } catch (error) {
    log.error({ chain: name, error }, 'auxiliary chain skipped: it cannot be loaded')
    return undefined
  }
}

function readFolder(folder: string): readonly JsonObject[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && extname(entry.name) === '.conf')
    .map(({ name }) => name)
    .toSorted()
    .map((name) => loadConfigFile(join(folder, name)).config)
}
