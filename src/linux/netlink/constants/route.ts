// SPDX-License-Identifier: Apache-2.0

/** Messages about routes (linux/rtnetlink.h). */
export const RTM_NEWROUTE = 24,
  RTM_DELROUTE = 25,
  RTM_GETROUTE = 26

/** Attributes of a route (linux/rtnetlink.h). */
export const RTA_DST = 1,
  RTA_SRC = 2,
  RTA_IIF = 3,
  RTA_OIF = 4,
  RTA_GATEWAY = 5,
  RTA_PRIORITY = 6,
  RTA_PREFSRC = 7,
  RTA_METRICS = 8,
  RTA_MULTIPATH = 9,
  RTA_CACHEINFO = 12,
  RTA_TABLE = 15,
  RTA_VIA = 18,
  RTA_PREF = 20

/** Attributes inside RTA_METRICS (linux/rtnetlink.h). */
export const RTAX_MTU = 2,
  RTAX_ADVMSS = 8

/** Routing tables that have a name (linux/rtnetlink.h). */
export const RT_TABLE_UNSPEC = 0,
  RT_TABLE_COMPAT = 252,
  RT_TABLE_DEFAULT = 253,
  RT_TABLE_MAIN = 254,
  RT_TABLE_LOCAL = 255

/** How far a destination is (linux/rtnetlink.h). */
export const RT_SCOPE_UNIVERSE = 0,
  RT_SCOPE_SITE = 200,
  RT_SCOPE_LINK = 253,
  RT_SCOPE_HOST = 254,
  RT_SCOPE_NOWHERE = 255

/** Who made a route (linux/rtnetlink.h). */
export const RTPROT_UNSPEC = 0,
  RTPROT_KERNEL = 2,
  RTPROT_BOOT = 3,
  RTPROT_STATIC = 4,
  RTPROT_RA = 9,
  RTPROT_DHCP = 16

/** What a route does with packets (linux/rtnetlink.h). */
export const RTN_UNSPEC = 0,
  RTN_UNICAST = 1,
  RTN_LOCAL = 2,
  RTN_BROADCAST = 3,
  RTN_ANYCAST = 4,
  RTN_MULTICAST = 5,
  RTN_BLACKHOLE = 6,
  RTN_UNREACHABLE = 7

/** Flags of a route and of its next hop (linux/rtnetlink.h). */
export const RTM_F_CLONED = 0x200,
  RTM_F_LOOKUP_TABLE = 0x1000,
  RTNH_F_ONLINK = 4
