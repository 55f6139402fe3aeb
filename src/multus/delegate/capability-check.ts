// SPDX-License-Identifier: Apache-2.0

import { ipamOf } from '../../cni/index.ts'
import type { PluginConfig } from '../../cni/index.ts'
import { pluginsOf } from './delegate.ts'
import type { Delegate } from './delegate.ts'

/** Plugins that take a MAC or addresses from CNI_ARGS as well, where no capability is needed (RC-7). */
const readersOfArgs: Readonly<Record<string, ReadonlySet<string>>> = {
  mac: new Set(['bridge', 'macvlan', 'tap', 'tuning', 'ovs']),
  ips: new Set(['host-local', 'static', 'whereabouts']),
}

/**
 * The requests of a pod that no plugin of the network will see, by capability name: nobody declares the
 * capability, and nobody is known to read CNI_ARGS for it. Upstream drops such requests without a word
 * (ANN-14, BUG-14).
 */
export function unheardRequests(delegate: Delegate): readonly string[] {
  if (delegate.master) return []
  const { ips, mac, portMappings, bandwidth, infinibandGuid } = delegate.request
  const asked = { ips, mac, portMappings, bandwidth, infinibandGUID: infinibandGuid }
  return Object.entries(asked)
    .filter(([, value]) => isGiven(value))
    .map(([capability]) => capability)
    .filter((capability) => !pluginsOf(delegate).some((plugin) => hears(plugin, capability)))
}

function hears({ type, capabilities, config }: PluginConfig, capability: string): boolean {
  if (capabilities.includes(capability)) return true
  const readers = readersOfArgs[capability]
  return [type, ipamOf(config)?.type].some((one) => typeof one === 'string' && readers?.has(one) === true)
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}
