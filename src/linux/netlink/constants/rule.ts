// SPDX-License-Identifier: Apache-2.0

/** Messages about rules (linux/rtnetlink.h). */
export const RTM_NEWRULE = 32,
  RTM_DELRULE = 33,
  RTM_GETRULE = 34

/** Attributes of a rule (linux/fib_rules.h). */
export const FRA_DST = 1,
  FRA_SRC = 2,
  FRA_IIFNAME = 3,
  FRA_PRIORITY = 6,
  FRA_FWMARK = 10,
  FRA_SUPPRESS_PREFIXLEN = 14,
  FRA_TABLE = 15,
  FRA_FWMASK = 16,
  FRA_OIFNAME = 17,
  FRA_L3MDEV = 19,
  FRA_PROTOCOL = 21

/** What a rule does with packets (linux/fib_rules.h). */
export const FR_ACT_TO_TBL = 1,
  FR_ACT_UNREACHABLE = 7

/** Flags of a rule (linux/fib_rules.h). */
export const FIB_RULE_INVERT = 2
