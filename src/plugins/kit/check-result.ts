// SPDX-License-Identifier: Apache-2.0

import { bitsOf, isDefaultRoute, networkOf, parseCidr, parseIp, sameCidr, sameIp } from '../../base/index.ts'
import type { Cidr } from '../../base/index.ts'
import type { CniIp, CniResult, CniRoute } from '../../cni/index.ts'
import { IFA_F_NOPREFIXROUTE } from '../../linux/index.ts'
import type { Link, Namespace, Route } from '../../linux/index.ts'

/**
 * Holds the addresses of an interface against a result (spec §2.0.8). Other than upstream it looks only at the
 * addresses of this interface, and does not ask for a connected route where the kernel makes none (/32, /128,
 * `noprefixroute`) or for its being in table main (sbr moves it).
 *
 * @throws Error with Go's texts.
 */
export function checkAddresses(container: Namespace, link: Link, result: CniResult): void {
  const present = container.addresses.list({ ifIndex: link.index })
  const expected = (result.ips ?? []).filter((ip) => belongsTo(ip, link, result))
  const routes = expected.length === 0 ? [] : container.routes.list({ table: 'all', ifIndex: link.index })
  for (const ip of expected) {
    const wanted = parseCidr(ip.address)
    const found = present.find(({ address }) => sameCidr(address, wanted))
    if (found === undefined) throw new Error(`Failed to match addr ${ip.address} on interface ${link.name}`)
    if (hasNoConnectedRoute(wanted) || (found.flags & IFA_F_NOPREFIXROUTE) !== 0) continue
    if (routes.some((route) => route.dst !== undefined && sameCidr(route.dst, networkOf(wanted)))) continue
    throw new Error(`Failed to find Gateway ${ip.gateway ?? '<nil>'} for interface ${link.name}`)
  }
}

function belongsTo(ip: CniIp, link: Link, { interfaces = [] }: CniResult): boolean {
  return ip.interface === undefined || interfaces[ip.interface]?.name === link.name
}

function hasNoConnectedRoute({ address, length }: Cidr): boolean {
  return length === bitsOf(address.family)
}

/**
 * Holds the routes of a container against a result (spec §2.0.8): in the table that the route names, else in any.
 *
 * @throws Error with Go's text.
 */
export function checkRoutes(container: Namespace, expected: readonly CniRoute[] = []): void {
  if (expected.length === 0) return
  const routes = container.routes.list({ table: 'all' })
  for (const route of expected) {
    if (routes.some((present) => matches(present, route))) continue
    const via = route.gw === undefined ? '' : ` via ${route.gw}`
    throw new Error(`Expected Route ${route.dst}${via} not found in routing table`)
  }
}

/** A default route may have been given another gateway since; only that there is one counts, as upstream has it. */
function matches(present: Route, { dst, gw, table }: CniRoute): boolean {
  const wanted = networkOf(parseCidr(dst))
  if (present.dst === undefined || !sameCidr(present.dst, wanted)) return false
  if (table !== undefined && present.table !== table) return false
  if (isDefaultRoute(wanted) || gw === undefined) return true
  return present.gateway !== undefined && sameIp(present.gateway, parseIp(gw))
}
