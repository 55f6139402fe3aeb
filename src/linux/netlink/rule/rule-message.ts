// SPDX-License-Identifier: Apache-2.0

import { attrs } from '../codec/attributes.ts'
import { message } from '../codec/message.ts'
import { ip, text, u32, u8 } from '../codec/payload.ts'
import { struct } from '../codec/struct.ts'
import * as rule from '../constants/rule.ts'

/** struct fib_rule_hdr of linux/fib_rules.h. */
const header = struct(12, {
  family: [0, u8],
  dstLength: [1, u8],
  srcLength: [2, u8],
  tos: [3, u8],
  table: [4, u8],
  action: [7, u8],
  flags: [8, u32],
})

/** The FRA_* attributes of a rule. */
const attributes = attrs({
  priority: [rule.FRA_PRIORITY, u32],
  src: [rule.FRA_SRC, ip],
  dst: [rule.FRA_DST, ip],
  table: [rule.FRA_TABLE, u32],
  inputName: [rule.FRA_IIFNAME, text],
  outputName: [rule.FRA_OIFNAME, text],
  mark: [rule.FRA_FWMARK, u32],
  mask: [rule.FRA_FWMASK, u32],
  l3mdev: [rule.FRA_L3MDEV, u8],
  protocol: [rule.FRA_PROTOCOL, u8],
  suppressPrefixLength: [rule.FRA_SUPPRESS_PREFIXLEN, u32],
})

/** The messages RTM_NEWRULE, RTM_DELRULE and RTM_GETRULE. */
export const ruleMessage = message(header, attributes)
