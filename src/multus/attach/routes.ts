// SPDX-License-Identifier: Apache-2.0

import { describeError, formatIp, isDefaultRoute, PlaitError } from '../../base/index.ts'
import type { IpAddress } from '../../base/index.ts'
import type { Route } from '../../linux/index.ts'
import { defaultDestination, isNoChange } from './default-route.ts'
import type { DefaultRouteChange } from './default-route.ts'
import type { PodNamespace } from '../kernel.ts'

/**
 * Changes the default routes of one interface of a pod (GW-5, GW-7): those of the given families are
 * removed, then those by the given gateways are added. Upstream removes nothing since 4.2.2 and takes the
 * failure of the addition for success (BUG-2); where the plugin renamed its interface it looks at the
 * routes of all interfaces (BUG-37).
 *
 * @throws PlaitError `multus/default-route-failed` with upstream's text.
 */
export function changeKernelRoutes(
  namespace: PodNamespace,
  interfaceName: string,
  change: DefaultRouteChange,
): void {
  if (isNoChange(change)) return
  const link = namespace.links.get(interfaceName)
  if (link === undefined) {
    if (change.add.length === 0) return
    throw failed('SetDefaultGW: Error getting link', `no interface ${interfaceName} in the pod`)
  }
  for (const family of change.remove) removeDefaults(namespace, { family, ifIndex: link.index })
  for (const gateway of change.add) addDefault(namespace, { gateway, ifIndex: link.index })
}

function removeDefaults(
  { routes }: PodNamespace,
  selection: { readonly family: 4 | 6; readonly ifIndex: number },
): void {
  for (const { family, dst, gateway, ifIndex, priority, table } of routes.list(selection).filter(isDefault)) {
    // Not the whole route: the flags of a link without carrier are refused in a deletion.
    attempt('error deleting default gateway', () =>
      routes.remove({ family, dst, gateway, ifIndex, priority, table }),
    )
  }
}

function addDefault(
  { routes }: PodNamespace,
  { gateway, ifIndex }: { readonly gateway: IpAddress; readonly ifIndex: number },
): void {
  const what = `error setting default gateway: ${formatIp(gateway)}`
  attempt(what, () => routes.add({ dst: defaultDestination[gateway.family], gateway, ifIndex }))
}

function isDefault({ dst }: Route): boolean {
  return isDefaultRoute(dst)
}

function attempt(what: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    throw failed(what, error)
  }
}

function failed(what: string, problem: unknown): PlaitError {
  const cause = problem instanceof Error ? { cause: problem } : {}
  return new PlaitError('multus/default-route-failed', `${what}: ${describeError(problem)}`, cause)
}
