// SPDX-License-Identifier: Apache-2.0

import { containsIp, hostCidr, isDefaultRoute, networkOf } from '../../../base/index.ts'
import type { Cidr, IpAddress } from '../../../base/index.ts'
import { RT_SCOPE_LINK, RT_TABLE_MAIN, RTPROT_KERNEL } from '../../../linux/index.ts'
import type { Route, Rule } from '../../../linux/index.ts'

/** An address of the interface, with the gateway that its table is to lead to. */
export interface SourceAddress {
  readonly address: Cidr
  readonly gateway?: IpAddress
}

/** What the container has before the plugin acts. */
export interface Present {
  readonly ifIndex: number
  readonly rules: readonly Rule[]
  /** Of all tables. */
  readonly routes: readonly Route[]
}

/** One address with its table: the rule, and the routes that go into the table. */
export interface SourceTable {
  readonly source: Cidr
  readonly table: number
  readonly defaultRoute?: IpAddress
  readonly copies: readonly Route[]
}

/** All that is to be done; nothing in it has been done. */
export interface SourcePlan {
  readonly tables: readonly SourceTable[]
  /** Routes of the interface that leave table main. */
  readonly moved: readonly Route[]
}

const firstTable = 100

/**
 * Source based routing for the addresses of an interface (spec §4.1): a table for each, with the interface's routes.
 * The routes leave table main, except the connected ones: the reference plugin takes those too, and then traffic to
 * the interface's own subnet leaves by another interface unless the sender binds its address, and no route via a
 * gateway of the subnet can be added any more.
 */
export function planTables(addresses: readonly SourceAddress[], present: Present): SourcePlan {
  const own = present.routes.filter(
    (route) => route.table === RT_TABLE_MAIN && route.ifIndex === present.ifIndex,
  )
  const free = freeTables(present)
  const tables = addresses.map(({ address, gateway }): SourceTable => {
    const { value } = free.next()
    return {
      source: hostCidr(address.address),
      table: value,
      ...(gateway !== undefined && { defaultRoute: gateway }),
      copies: own.filter((route) => belongs(route, address) && !(gateway !== undefined && isDefault(route))),
    }
  })
  return { tables, moved: own.filter((route) => !isConnected(route)) }
}

/** Table numbers from 100 that neither a rule nor a route uses, without end. */
function* freeTables({ rules, routes }: Present): Generator<number, never> {
  const used = new Set([...rules.map(({ table }) => table), ...routes.map(({ table }) => table)])
  for (let table = firstTable; ; table++) if (!used.has(table)) yield table
}

function belongs(route: Route, address: Cidr): boolean {
  if (route.family !== address.address.family) return false
  const subnet = networkOf(address)
  const { prefSrc, gateway } = route
  if (prefSrc === undefined && gateway === undefined) return true
  return [prefSrc, gateway].some((ip) => ip !== undefined && containsIp(subnet, ip))
}

/** Routes that the kernel makes for an address. IPv6 ones have scope universe, so their origin tells. */
function isConnected({ gateway, protocol, scope }: Route): boolean {
  return gateway === undefined && (protocol === RTPROT_KERNEL || scope === RT_SCOPE_LINK)
}

function isDefault({ dst }: Route): boolean {
  return dst === undefined || isDefaultRoute(dst)
}
