// SPDX-License-Identifier: Apache-2.0

import { formatCidr, formatIp, hostCidr, networkOf } from '../../../base/index.ts'
import type { Cidr } from '../../../base/index.ts'
import { NetlinkError, RT_SCOPE_LINK, RT_TABLE_MAIN, RTNH_F_ONLINK } from '../../../linux/index.ts'
import type { Route } from '../../../linux/index.ts'
import { attempt } from '../../kit/attempt.ts'
import type { AddCall } from '../../kit/plugin-call.ts'
import type { SourceAddress, SourcePlan, SourceTable } from './plan.ts'

/** Makes the rule `from ADDRESS lookup TABLE`. */
export function addRule(call: AddCall, source: Cidr, table: number): void {
  const { rules } = call.container
  const rule = { family: source.address.family, src: source, table }
  attempt(`Failed to add rule from ${formatCidr(source)} to table ${table}`, () => rules.add(rule))
  call.undo(`rule from ${formatCidr(source)}`, () => ignoreGone(() => rules.remove(rule)))
}

/** Makes the tables with their rules and routes, and takes the moved routes out of table main. */
export function applyPlan(call: AddCall, plan: SourcePlan, ifIndex: number): void {
  for (const table of plan.tables) fillTable(call, table, ifIndex)
  const { routes } = call.container
  for (const route of plan.moved) {
    attempt('Failed to delete route', () => routes.remove(route))
    call.undo('a route of table main', () => routes.replace(withOwnFlags(route)))
  }
}

function fillTable(
  call: AddCall,
  { source, table, defaultRoute, copies }: SourceTable,
  ifIndex: number,
): void {
  addRule(call, source, table)
  if (defaultRoute !== undefined) {
    const route = { dst: defaultOf(defaultRoute.family), gateway: defaultRoute, ifIndex, table }
    attempt(`Failed to add default route to ${formatIp(defaultRoute)}`, () =>
      call.container.routes.add(route),
    )
    undoRoute(call, route)
  }
  for (const copy of copies) {
    const route = { ...withOwnFlags(copy), table }
    attempt('Failed to readd route', () => call.container.routes.replace(route))
    undoRoute(call, route)
  }
}

/** The route as it can be made: that its link has no carrier is the kernel's to say, and it refuses to be told. */
function withOwnFlags(route: Route): Route {
  return { ...route, flags: route.flags & RTNH_F_ONLINK }
}

function undoRoute(call: AddCall, route: Parameters<typeof call.container.routes.remove>[0]): void {
  call.undo(`a route of table ${route.table ?? RT_TABLE_MAIN}`, () =>
    ignoreGone(() => call.container.routes.remove(route)),
  )
}

/** Lets the connected routes of table main name the addresses as preferred sources; a kernel that refuses is logged. */
export function addSourceHints(call: AddCall, addresses: readonly SourceAddress[], ifIndex: number): void {
  for (const { address } of addresses) {
    const route: Partial<Route> & Pick<Route, 'dst'> = {
      dst: networkOf(address),
      ifIndex,
      scope: RT_SCOPE_LINK,
      prefSrc: address.address,
    }
    try {
      call.container.routes.replace(route)
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error
      call.log.warn(
        { address: formatCidr(hostCidr(address.address)), error: error.message },
        'no source hint was set',
      )
    }
  }
}

function defaultOf(family: 4 | 6): Cidr {
  return { address: { family, value: 0n }, length: 0 }
}

/** What is gone is as good as removed. */
export function ignoreGone(remove: () => void): void {
  try {
    remove()
  } catch (error) {
    const gone = error instanceof NetlinkError && ['ESRCH', 'ENOENT', 'ENODEV'].includes(error.code)
    if (!gone) throw error
  }
}
