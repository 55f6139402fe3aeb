// SPDX-License-Identifier: Apache-2.0

/** Messages about addresses (linux/rtnetlink.h). */
export const RTM_NEWADDR = 20,
  RTM_DELADDR = 21,
  RTM_GETADDR = 22

/** Attributes of an address (linux/if_addr.h). */
export const IFA_ADDRESS = 1,
  IFA_LOCAL = 2,
  IFA_LABEL = 3,
  IFA_BROADCAST = 4,
  IFA_CACHEINFO = 6,
  IFA_FLAGS = 8,
  IFA_RT_PRIORITY = 9

/** Flags of an address (linux/if_addr.h). */
export const IFA_F_SECONDARY = 0x1,
  IFA_F_NODAD = 0x2,
  IFA_F_OPTIMISTIC = 0x4,
  IFA_F_DADFAILED = 0x8,
  IFA_F_DEPRECATED = 0x20,
  IFA_F_TENTATIVE = 0x40,
  IFA_F_PERMANENT = 0x80,
  IFA_F_NOPREFIXROUTE = 0x200
