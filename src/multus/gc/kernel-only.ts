// SPDX-License-Identifier: Apache-2.0

import { ipamOf } from '../../cni/index.ts'
import type { PluginConfig } from '../../cni/index.ts'
import { pluginsOf } from '../delegate/delegate.ts'
import type { Delegate } from '../delegate/delegate.ts'

/** Plugins all of whose work is in the kernel, where it ends with the boot. */
const inKernel: ReadonlySet<string> = new Set([
  'bridge',
  'macvlan',
  'ipvlan',
  'vlan',
  'ptp',
  'dummy',
  'tap',
  'host-device',
  'loopback',
  'passthru',
  'portmap',
  'bandwidth',
  'firewall',
  'sbr',
  'tuning',
  'vrf',
])

/** Address management that remembers nothing, or only in the files that are cleaned up anyway. */
const inFiles: ReadonlySet<unknown> = new Set([undefined, 'host-local', 'static'])

/** Whether nothing of an attachment outlives the boot but host-local's reservation and the records of it. */
export function endsWithTheBoot(delegate: Delegate): boolean {
  return pluginsOf(delegate).every(isInKernel)
}

function isInKernel({ type, config }: PluginConfig): boolean {
  return inKernel.has(type) && inFiles.has(ipamOf(config)?.type)
}
