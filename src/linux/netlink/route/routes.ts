// SPDX-License-Identifier: Apache-2.0

import { bitsOf, formatIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import * as constants from '../constants/route.ts'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../constants/netlink.ts'
import { familyNumber } from '../family.ts'
import { malformed } from '../codec/payload.ts'
import type { NetlinkConnection } from '../netlink-connection.ts'
import { isNetlinkError } from '../netlink-error.ts'
import { routeMessage } from './route-message.ts'
import { encodeRoute } from './route-spec.ts'
import type { RouteSpec } from './route-spec.ts'
import { readRoute } from './route.ts'
import type { Route } from './route.ts'

/** Which routes to list; all that are given have to fit. */
export interface RouteFilter {
  readonly family?: 4 | 6 | undefined
  /** RT_TABLE_MAIN when absent. */
  readonly table?: number | 'all' | undefined
  /** Routes that leave by this link. */
  readonly ifIndex?: number | undefined
}

const { RT_SCOPE_UNIVERSE, RT_SCOPE_NOWHERE, RTPROT_BOOT, RTN_UNICAST } = constants
const whenAdding = { scope: RT_SCOPE_UNIVERSE, protocol: RTPROT_BOOT, type: RTN_UNICAST }
// In a deletion, these stand for "any".
const whenRemoving = { scope: RT_SCOPE_NOWHERE, protocol: 0, type: 0 }

/** The routes of one namespace. Each call is one request, and throws NetlinkError when the kernel refuses it. */
export class Routes {
  readonly #connection: NetlinkConnection

  constructor(connection: NetlinkConnection) {
    this.#connection = connection
  }

  /** Adds a route; EEXIST when there is one with this destination, priority and table. */
  add(spec: RouteSpec): void {
    this.#change(spec, NLM_F_CREATE | NLM_F_EXCL)
  }

  /** Adds a route beside others of the same destination; EEXIST only for an identical one. */
  append(spec: RouteSpec): void {
    this.#change(spec, NLM_F_CREATE)
  }

  /** Adds a route in place of the one with this destination, priority and table. */
  replace(spec: RouteSpec): void {
    this.#change(spec, NLM_F_CREATE | NLM_F_REPLACE)
  }

  /** Removes the first route that has everything which is given; ESRCH when there is none. */
  remove(spec: RouteSpec): void {
    this.#connection.change({
      ...encodeRoute('RTM_DELROUTE', spec, whenRemoving),
      type: constants.RTM_DELROUTE,
    })
  }

  /** Routes in the kernel's order, IPv4 first; those of the main table unless told otherwise. */
  list({ family, table = constants.RT_TABLE_MAIN, ifIndex }: RouteFilter = {}): Route[] {
    const families = family === undefined ? ([4, 6] as const) : [family]
    return families.flatMap((each) => this.#listFamily(each, table, ifIndex))
  }

  /** The route that a packet to this destination would take. ENETUNREACH when there is none. */
  get(destination: IpAddress): Route {
    const header = {
      family: familyNumber(destination.family),
      dstLength: bitsOf(destination.family),
      // Without it IPv4 names the main table, whichever was used; IPv6 always tells, and refuses the flag.
      flags: destination.family === 4 ? constants.RTM_F_LOOKUP_TABLE : 0,
    }
    const route = this.#connection.ask(
      {
        type: constants.RTM_GETROUTE,
        label: `RTM_GETROUTE ${formatIp(destination)}`,
        body: (out) => routeMessage.write({ header, attributes: { dst: destination } }, out),
      },
      readRoute,
    )
    if (route === undefined) throw malformed('a route of an unknown family')
    return route
  }

  #change(spec: RouteSpec, flags: number): void {
    this.#connection.change({
      ...encodeRoute('RTM_NEWROUTE', spec, whenAdding),
      type: constants.RTM_NEWROUTE,
      flags,
    })
  }

  #listFamily(family: 4 | 6, table: number | 'all', ifIndex: number | undefined): Route[] {
    const wanted = table === 'all' ? undefined : table
    const header = { family: familyNumber(family), table: wanted !== undefined && wanted < 256 ? wanted : 0 }
    const attributes = { table: wanted, ifIndex }
    const label = `RTM_GETROUTE IPv${family} table ${table}`
    const body = (out: Out): void => routeMessage.write({ header, attributes }, out)
    const found = this.#dump({ type: constants.RTM_GETROUTE, label, body })
    // Linux < 4.20 does not filter, and a kernel without IPv6 lists IPv4 instead.
    return found.filter(
      (route) =>
        route?.family === family &&
        (route.flags & constants.RTM_F_CLONED) === 0 &&
        (wanted === undefined || route.table === wanted) &&
        (ifIndex === undefined ||
          route.ifIndex === ifIndex ||
          route.nextHops?.some((hop) => hop.ifIndex === ifIndex)),
    )
  }

  #dump(request: Parameters<NetlinkConnection['list']>[0]): Route[] {
    try {
      return this.#connection.list(request, readRoute).filter((route) => route !== undefined)
    } catch (error) {
      // The answer for a table that nobody has put anything into.
      if (isNetlinkError(error, 'ENOENT')) return []
      throw error
    }
  }
}

type Out = Parameters<typeof routeMessage.write>[1]
