// SPDX-License-Identifier: Apache-2.0

/** Messages about neighbours (linux/rtnetlink.h). */
export const RTM_NEWNEIGH = 28,
  RTM_DELNEIGH = 29,
  RTM_GETNEIGH = 30

/** Attributes of a neighbour (linux/neighbour.h). */
export const NDA_DST = 1,
  NDA_LLADDR = 2

/** What is known of a neighbour (linux/neighbour.h). */
export const NUD_INCOMPLETE = 0x01,
  NUD_REACHABLE = 0x02,
  NUD_STALE = 0x04,
  NUD_DELAY = 0x08,
  NUD_PROBE = 0x10,
  NUD_FAILED = 0x20,
  NUD_NOARP = 0x40,
  NUD_PERMANENT = 0x80

/** Flags of a neighbour (linux/neighbour.h). */
export const NTF_PROXY = 0x08,
  NTF_ROUTER = 0x80
