// SPDX-License-Identifier: Apache-2.0

import { attrs } from '../codec/attributes.ts'
import { message } from '../codec/message.ts'
import { ip, text, u32, u8 } from '../codec/payload.ts'
import { struct } from '../codec/struct.ts'
import * as address from '../constants/address.ts'

/** struct ifaddrmsg of linux/if_addr.h. */
const header = struct(8, {
  family: [0, u8],
  length: [1, u8],
  flags: [2, u8],
  scope: [3, u8],
  index: [4, u32],
})

/** The IFA_* attributes of an address. */
const attributes = attrs({
  local: [address.IFA_LOCAL, ip],
  address: [address.IFA_ADDRESS, ip],
  broadcast: [address.IFA_BROADCAST, ip],
  label: [address.IFA_LABEL, text],
  flags: [address.IFA_FLAGS, u32],
  priority: [address.IFA_RT_PRIORITY, u32],
})

/** The messages RTM_NEWADDR, RTM_DELADDR and RTM_GETADDR. */
export const addressMessage = message(header, attributes)
