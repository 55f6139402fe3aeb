// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive } from '../../base/index.ts'
import { ipamOf } from '../../cni/index.ts'
import type { PluginConfig } from '../../cni/index.ts'
import type { Call } from '../call.ts'
import type { PodNamespace } from '../kernel.ts'
import { pluginsOf } from '../delegate/delegate.ts'
import type { KnownAttachment } from './release-plan.ts'

/**
 * Bundled plugins whose DEL does its work without the link in the pod. Not host-device, which moves its link
 * back, and not dhcp, which says good-bye through it.
 */
const needNoLink: ReadonlySet<string> = new Set([
  'bridge',
  'macvlan',
  'ipvlan',
  'vlan',
  'ptp',
  'dummy',
  'loopback',
  'passthru',
  'portmap',
  'sbr',
  'tuning',
  'host-local',
  'static',
  'whereabouts',
])

/**
 * Removes the links that bundled plugins made in a pod, all with one request and one wait; the plugins' own
 * DELs then find nothing to remove.
 *
 * Does nothing where a plugin of the pod may need its link, and never fails: what is left the plugins remove.
 *
 * @param namespace of the pod; undefined when it is gone, and its links with it.
 */
export async function removeLinksTogether(
  { services: { linkGroup }, log }: Call,
  attachments: readonly KnownAttachment[],
  namespace: PodNamespace | undefined,
): Promise<void> {
  if (linkGroup === 0 || namespace === undefined || attachments.length < 2) return
  if (!attachments.every(({ delegate }) => pluginsOf(delegate).every(needsNoLink))) return
  try {
    await namespace.links.removeGroup(linkGroup)
  } catch (error) {
    // The links were made by a plugin that knows no group.
    log.debug({ error }, 'links not removed together')
  }
}

function needsNoLink({ type, config }: PluginConfig): boolean {
  const ipamType = ipamOf(config)?.type
  // Masquerading is taken away by the addresses that the link still has.
  const hasMasquerade = getCaseInsensitive(config, 'ipMasq') === true
  return needNoLink.has(type) && !hasMasquerade && (typeof ipamType !== 'string' || needNoLink.has(ipamType))
}
