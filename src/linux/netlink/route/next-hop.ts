// SPDX-License-Identifier: Apache-2.0

import type { IpAddress } from '../../../base/index.ts'
import { malformed, s32, u16, u8 } from '../codec/payload.ts'
import { struct } from '../codec/struct.ts'
import { routeAttributes } from './route-message.ts'

/** One of several ways that a route may take. */
export interface NextHop {
  readonly ifIndex: number
  readonly gateway?: IpAddress
  /** Share of the traffic, relative to the other ways; at least 1. */
  readonly weight: number
}

/** struct rtnexthop of linux/rtnetlink.h; attributes follow it. */
const header = struct(8, { length: [0, u16], flags: [2, u8], hops: [3, u8], ifIndex: [4, s32] })

/** The next hops in an RTA_MULTIPATH. @throws PlaitError when it is malformed. */
export function readNextHops(bytes: Buffer): NextHop[] {
  const hops: NextHop[] = []
  for (let at = 0; at + header.size <= bytes.length;) {
    const { length, hops: extraWeight, ifIndex } = header.read(bytes, at, bytes.length)
    if (length < header.size || at + length > bytes.length) throw malformed(`a next hop of ${length} bytes`)
    const { gateway, via } = routeAttributes.read(bytes, at + header.size, at + length, false)
    const through = gateway ?? via
    hops.push({ ifIndex, weight: extraWeight + 1, ...(through === undefined ? {} : { gateway: through }) })
    at += (length + 3) & ~3
  }
  return hops
}
