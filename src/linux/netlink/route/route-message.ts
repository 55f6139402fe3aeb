// SPDX-License-Identifier: Apache-2.0

import type { IpAddress } from '../../../base/index.ts'
import { attrs } from '../codec/attributes.ts'
import { message } from '../codec/message.ts'
import { ip, raw, u16, u32, u8 } from '../codec/payload.ts'
import type { Payload } from '../codec/payload.ts'
import { struct } from '../codec/struct.ts'
import * as route from '../constants/route.ts'
import { familyNumber } from '../family.ts'

/** struct rtmsg of linux/rtnetlink.h. */
const routeHeader = struct(12, {
  family: [0, u8],
  dstLength: [1, u8],
  srcLength: [2, u8],
  tos: [3, u8],
  table: [4, u8],
  protocol: [5, u8],
  scope: [6, u8],
  type: [7, u8],
  flags: [8, u32],
})

/** An address of another family than the route's: a family number, then the address. */
const via: Payload<IpAddress> = {
  write(value, out) {
    u16.write(familyNumber(value.family), out)
    ip.write(value, out)
  },
  read: (bytes, start, end) => ip.read(bytes, start + 2, end),
}

/** RTA_METRICS, what the kernel assumes of the path. */
const metrics = attrs({
  mtu: [route.RTAX_MTU, u32],
  advmss: [route.RTAX_ADVMSS, u32],
})

/** The RTA_* attributes of a route. */
export const routeAttributes = attrs({
  dst: [route.RTA_DST, ip],
  gateway: [route.RTA_GATEWAY, ip],
  via: [route.RTA_VIA, via],
  ifIndex: [route.RTA_OIF, u32],
  prefSrc: [route.RTA_PREFSRC, ip],
  priority: [route.RTA_PRIORITY, u32],
  table: [route.RTA_TABLE, u32],
  metrics: [route.RTA_METRICS, metrics],
  multipath: [route.RTA_MULTIPATH, raw],
  cacheInfo: [route.RTA_CACHEINFO, raw],
  preference: [route.RTA_PREF, u8],
})

/** The messages RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE. */
export const routeMessage = message(routeHeader, routeAttributes)
