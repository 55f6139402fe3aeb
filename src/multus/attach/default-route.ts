// SPDX-License-Identifier: Apache-2.0

import { formatCidr, isDefaultRoute, parseIp, PlaitError, tryParseCidr } from '../../base/index.ts'
import type { Cidr, IpAddress } from '../../base/index.ts'
import type { AttachmentRequest } from '../networks/annotation/selection.ts'

/** An address family as `ip -4` and `ip -6` call it. */
export type Family = 4 | 6

/** What happens to the default routes of one attachment. */
export interface DefaultRouteChange {
  /** Families whose default routes through this interface are removed, in the kernel and in the cache. */
  readonly remove: readonly Family[]
  /** Gateways of default routes that are added afterwards. */
  readonly add: readonly IpAddress[]
}

/** The destination of a default route, in the one spelling that results contain. */
export const defaultDestination: Readonly<Record<Family, Cidr>> = {
  4: { address: { family: 4, value: 0n }, length: 0 },
  6: { address: { family: 6, value: 0n }, length: 0 },
}

/**
 * Who gets the default routes of a pod: one change per attachment, in order; none of them does anything
 * when nobody asks (spec §4.7).
 *
 * A gateway in one request moves the default route of its family: all others lose theirs, so that the
 * pod ends with exactly one. The other family is left alone; upstream removes that too and leaves the
 * pod without (see GW-2). An empty list means "no default route through this attachment" and touches no
 * other one, which is what its users expect; upstream takes the routes of all (GW-4).
 *
 * @throws PlaitError `multus/default-route-conflict` for two gateways of one family (GW-1).
 */
export function planDefaultRoutes(
  requests: readonly Pick<AttachmentRequest, 'defaultRoute'>[],
): readonly DefaultRouteChange[] {
  const wanted = requests.map(({ defaultRoute }) => defaultRoute?.map(parseIp))
  const gateways = wanted.flatMap((own) => own ?? [])
  const moved = ([4, 6] as const).filter((family) => countOf(gateways, family) > 0)
  if (moved.some((family) => countOf(gateways, family) > 1)) {
    throw new PlaitError('multus/default-route-conflict', 'multus does not support ECMP for default-route')
  }
  return wanted.map((own) => ({ remove: own?.length === 0 ? [4, 6] : moved, add: own ?? [] }))
}

/** Whether a change leaves everything as it is. */
export function isNoChange({ remove, add }: DefaultRouteChange): boolean {
  return remove.length === 0 && add.length === 0
}

/** The family of a default route's destination in any spelling of the zero prefix; undefined for other routes. */
export function defaultFamilyOf(destination: string): Family | undefined {
  // Upstream writes `::0/0` into the cache and libcni `::/0` (GW-9).
  const cidr = tryParseCidr(destination)
  return cidr && isDefaultRoute(cidr) ? cidr.address.family : undefined
}

/** Text of the destination of a default route. */
export function formatDefaultDestination(family: Family): string {
  return formatCidr(defaultDestination[family])
}

/** The flags of upstream's cache file: which families a delegate asks no gateway of, false when nobody asks (GW-2). */
export function gatewayFilters(
  requests: readonly Pick<AttachmentRequest, 'defaultRoute'>[],
): readonly { readonly v4: boolean; readonly v6: boolean }[] {
  const asked = requests.some(({ defaultRoute }) => defaultRoute !== undefined)
  return requests.map(({ defaultRoute }) => {
    const own = (defaultRoute ?? []).map(parseIp)
    return { v4: asked && countOf(own, 4) === 0, v6: asked && countOf(own, 6) === 0 }
  })
}

function countOf(addresses: readonly IpAddress[], family: Family): number {
  return addresses.filter((address) => address.family === family).length
}
