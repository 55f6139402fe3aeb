// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject, PlaitError } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { compareVersions } from '../../cni/index.ts'
import type { NetworkConfigList } from '../../cni/index.ts'
import type { GenerateSettings } from './settings.ts'

/** The default network that the configuration points to. */
export interface Primary {
  /** Path as the daemon sees it, or the name of a network. */
  readonly clusterNetwork: string
  /** Undefined for a name: what it stands for is looked up at each request. */
  readonly network: NetworkConfigList | undefined
}

/**
 * The text of `00-multus.conf` (spec 7.4): one line of JSON with upstream's keys in upstream's order.
 *
 * @throws PlaitError `daemon/default-network-invalid` when the versions do not fit (spec 7.3), or there is no name
 * where it shall be taken over.
 */
export function formatMultusConf(settings: GenerateSettings, primary: Primary): string {
  const { root, cniVersion } = settings
  if (primary.network !== undefined) checkVersion(cniVersion, primary.network)
  const capabilities = mergeCapabilities(root, primary.network)
  const given = (key: string): JsonValue | undefined => presentOnly(getCaseInsensitive(root, key))
  return JSON.stringify({
    binDir: given('binDir'),
    capabilities: presentOnly(capabilities),
    cniVersion,
    logFile: given('logFile'),
    logLevel: given('logLevel'),
    logToStderr: given('logToStderr'),
    logOptions: given('logOptions'),
    name: nameOf(settings, primary),
    clusterNetwork: primary.clusterNetwork,
    namespaceIsolation: given('namespaceIsolation'),
    globalNamespaces: given('globalNamespaces'),
    type: given('type') ?? 'multus-shim',
    cniDir: given('cniDir'),
    auxiliaryCNIChainName: given('auxiliaryCNIChainName'),
    daemonSocketDir: given('daemonSocketDir'),
    overrideNetworkName: given('overrideNetworkName'),
  })
}

/** Go's omitempty. */
function presentOnly(value: JsonValue | undefined): JsonValue | undefined {
  const isEmpty = value === null || value === false || value === ''
  return isEmpty || (isJsonObject(value) && Object.keys(value).length === 0) ? undefined : value
}

/** The daemon's own, and what any plugin of the default network can do, by name as Go orders maps. */
function mergeCapabilities(root: JsonObject, network: NetworkConfigList | undefined): JsonObject {
  const own = getCaseInsensitive(root, 'capabilities')
  const names = network?.plugins.flatMap((plugin) => plugin.capabilities) ?? []
  const merged: JsonObject = {
    ...(isJsonObject(own) ? own : {}),
    ...Object.fromEntries(names.map((name) => [name, true])),
  }
  return Object.fromEntries(Object.entries(merged).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function nameOf({ overrideNetworkName }: GenerateSettings, { network }: Primary): string {
  if (!overrideNetworkName) return 'multus-cni-network'
  if (network?.name) return network.name
  throw unusable('could not override the network name: failed to access delegate CNI plugin name')
}

// From 0.4.0 on a plugin gets the result before it in a form that older ones cannot read.
const firstWithCheck = '0.4.0'

function checkVersion(cniVersion: string, { cniVersion: version }: NetworkConfigList): void {
  if (compareVersions(cniVersion, firstWithCheck) < 0) return
  if (version === '') throw unusable("couldn't get cni version of delegate")
  if (compareVersions(version, firstWithCheck) >= 0) return
  throw unusable(`delegate cni version is ${version} while top level cni version is ${cniVersion}`)
}

function unusable(problem: string): PlaitError {
  return new PlaitError(
    'daemon/default-network-invalid',
    `failed to load the primary CNI configuration as a multus delegate with error '${problem}'`,
  )
}
