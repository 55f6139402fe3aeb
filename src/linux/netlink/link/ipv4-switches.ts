// SPDX-License-Identifier: Apache-2.0

import { attrs } from '../codec/attributes.ts'
import { u32 } from '../codec/payload.ts'
import { IFLA_INET_CONF, IPV4_DEVCONF_ARP_NOTIFY } from '../constants/link.ts'
import { AF_INET, NLA_F_NESTED } from '../constants/netlink.ts'

/** IFLA_AF_SPEC of a request about IPv4: the switches that net/ipv4/conf/<link>/ shows as files. */
export const ipv4Switches = attrs({
  ipv4: [
    AF_INET | NLA_F_NESTED,
    attrs({
      conf: [IFLA_INET_CONF | NLA_F_NESTED, attrs({ arpNotify: [IPV4_DEVCONF_ARP_NOTIFY, u32] })],
    }),
  ],
})
