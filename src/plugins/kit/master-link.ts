// SPDX-License-Identifier: Apache-2.0

import { isDefaultRoute } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import type { Link, Namespace } from '../../linux/index.ts'

const maxListed = 16
const longestName = 15

/** Which link a plugin stands on, and where. */
export interface MasterRequest {
  /** The configured name; empty or absent: the interface of the default route. */
  readonly master?: string | undefined
  /** For texts: `the host` or `the container`. */
  readonly place: string
}

/**
 * The link that a macvlan, ipvlan or vlan stands on (spec §2.0.14).
 *
 * @throws CniError `net/master-missing` that lists what is there.
 */
export function findMaster(namespace: Namespace, { master, place }: MasterRequest): Link {
  if (master === undefined || master === '') return defaultRouteLink(namespace, place)
  // The kernel refuses to look for what cannot be a name.
  const link = Buffer.byteLength(master) > longestName ? undefined : namespace.links.get(master)
  if (link !== undefined) return link
  throw missing(`failed to lookup master ${JSON.stringify(master)}: Link not found`, {
    details: `${place} has ${listLinks(namespace)}; correct "master" or add the interface`,
  })
}

function defaultRouteLink(namespace: Namespace, place: string): Link {
  const route = namespace.routes
    .list()
    .find(({ dst, ifIndex }) => ifIndex !== undefined && (dst === undefined || isDefaultRoute(dst)))
  const link = route?.ifIndex === undefined ? undefined : namespace.links.byIndex(route.ifIndex)
  if (link !== undefined) return link
  throw missing('no default route interface found', {
    details: `${place} has ${listLinks(namespace)} and no default route; name one of them as "master"`,
  })
}

function missing(text: string, options: { details: string }): CniError {
  return new CniError(cniErrorCode.internal, text, { ...options, id: 'net/master-missing' })
}

/** As the usual plugins name the ends of container links: there may be hundreds, and none is a sensible master. */
const containerEnd = /^(?:veth|cali|lxc)/

function listLinks(namespace: Namespace): string {
  const names = namespace.links
    .list()
    .filter(({ name, kind }) => name !== 'lo' && !(kind === 'veth' && containerEnd.test(name)))
    .map(({ name }) => name)
  if (names.length === 0) return 'no interface of use'
  const rest = names.length > maxListed ? ` and ${names.length - maxListed} more` : ''
  return names.slice(0, maxListed).join(', ') + rest
}
