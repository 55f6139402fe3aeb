// SPDX-License-Identifier: Apache-2.0

import { attrs } from '../codec/attributes.ts'
import { message } from '../codec/message.ts'
import { ip, mac, s32, u16, u8 } from '../codec/payload.ts'
import { struct } from '../codec/struct.ts'
import { NDA_DST, NDA_LLADDR } from '../constants/neighbour.ts'

/** struct ndmsg of linux/neighbour.h. */
const header = struct(12, {
  family: [0, u8],
  ifIndex: [4, s32],
  state: [8, u16],
  flags: [10, u8],
  type: [11, u8],
})

/** The NDA_* attributes of a neighbour. */
const attributes = attrs({
  destination: [NDA_DST, ip],
  mac: [NDA_LLADDR, mac],
})

/** The messages RTM_NEWNEIGH, RTM_DELNEIGH and RTM_GETNEIGH. */
export const neighbourMessage = message(header, attributes)
