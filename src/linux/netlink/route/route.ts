// SPDX-License-Identifier: Apache-2.0

import type { Cidr, IpAddress } from '../../../base/index.ts'
import { familyOf } from '../family.ts'
import { readNextHops } from './next-hop.ts'
import type { NextHop } from './next-hop.ts'
import { routeMessage } from './route-message.ts'

/** A route as the kernel describes it. */
export interface Route {
  readonly family: 4 | 6
  /** The default route is /0. */
  readonly dst: Cidr
  readonly gateway?: IpAddress
  /** Absent for routes with several next hops, and for those that lead nowhere. */
  readonly ifIndex?: number
  readonly nextHops?: readonly NextHop[]
  readonly prefSrc?: IpAddress
  /** Also called the metric; the lowest wins. */
  readonly priority?: number
  /** RT_TABLE_* or any other number. */
  readonly table: number
  /** RT_SCOPE_* */
  readonly scope: number
  /** RTPROT_*, who made it. */
  readonly protocol: number
  /** RTN_* */
  readonly type: number
  readonly mtu?: number
  readonly advmss?: number
  /** RTM_F_* and RTNH_F_* */
  readonly flags: number
}

/** The route in the body of an RTM_NEWROUTE; undefined for families other than IP. @throws PlaitError when it is malformed. */
export function readRoute(bytes: Buffer, start: number, end: number): Route | undefined {
  const { header, attributes } = routeMessage.read(bytes, start, end, false)
  const family = familyOf(header.family)
  if (family === undefined) return undefined
  const route: Mutable<Route> = {
    family,
    dst: { address: attributes.dst ?? { family, value: 0n }, length: header.dstLength },
    table: attributes.table ?? header.table,
    scope: header.scope,
    protocol: header.protocol,
    type: header.type,
    flags: header.flags,
  }
  const gateway = attributes.gateway ?? attributes.via
  if (gateway !== undefined) route.gateway = gateway
  if (attributes.ifIndex !== undefined) route.ifIndex = attributes.ifIndex
  if (attributes.multipath !== undefined) route.nextHops = readNextHops(attributes.multipath)
  if (attributes.prefSrc !== undefined) route.prefSrc = attributes.prefSrc
  if (attributes.priority !== undefined) route.priority = attributes.priority
  if (attributes.metrics?.mtu !== undefined) route.mtu = attributes.metrics.mtu
  if (attributes.metrics?.advmss !== undefined) route.advmss = attributes.metrics.advmss
  return route
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
