// SPDX-License-Identifier: Apache-2.0

import { attrs, many } from '../codec/attributes.ts'
import type { ValuesOf } from '../codec/attributes.ts'
import { message } from '../codec/message.ts'
import type { Message } from '../codec/message.ts'
import type { Payload } from '../codec/payload.ts'
import { bareText, mac, raw, s32, text, u16, u32, u8 } from '../codec/payload.ts'
import { struct } from '../codec/struct.ts'
import type { StructValues } from '../codec/struct.ts'
import * as link from '../constants/link.ts'
import { NLA_F_NESTED } from '../constants/netlink.ts'

const headerFields = {
  family: [0, u8],
  type: [2, u16],
  index: [4, s32],
  flags: [8, u32],
  change: [12, u32],
} as const

/** struct ifinfomsg of linux/rtnetlink.h. */
const linkHeader = struct(16, headerFields)

/** IFLA_LINKINFO: what kind of link it is and which kind its master is; the data of a kind is decoded by the kind. */
export const linkInfoAttributes = attrs({
  kind: [link.IFLA_INFO_KIND, bareText],
  data: [link.IFLA_INFO_DATA, raw],
  slaveKind: [link.IFLA_INFO_SLAVE_KIND, bareText],
  slaveData: [link.IFLA_INFO_SLAVE_DATA, raw],
})

// The kernel refuses an empty attribute; a single NUL is how an alias is taken away.
const aliasText: Payload<string> = {
  write: (value, out) => (value === '' ? out.zeros(1) : bareText.write(value, out)),
  read: (bytes, start, end) => bareText.read(bytes, start, end),
}

const linkTable = {
  name: [link.IFLA_IFNAME, text],
  mtu: [link.IFLA_MTU, u32],
  mac: [link.IFLA_ADDRESS, mac],
  broadcast: [link.IFLA_BROADCAST, mac],
  queueingDiscipline: [link.IFLA_QDISC, text],
  txQueueLength: [link.IFLA_TXQLEN, u32],
  link: [link.IFLA_LINK, u32],
  linkNetnsId: [link.IFLA_LINK_NETNSID, s32],
  master: [link.IFLA_MASTER, u32],
  group: [link.IFLA_GROUP, u32],
  operState: [link.IFLA_OPERSTATE, u8],
  promiscuity: [link.IFLA_PROMISCUITY, u32],
  allMulticast: [link.IFLA_ALLMULTI, u32],
  txQueues: [link.IFLA_NUM_TX_QUEUES, u32],
  rxQueues: [link.IFLA_NUM_RX_QUEUES, u32],
  alias: [link.IFLA_IFALIAS, aliasText],
  altName: [link.IFLA_ALT_IFNAME, text],
  altNames: [link.IFLA_PROP_LIST, attrs({ names: [link.IFLA_ALT_IFNAME, many(text)] })],
  parentDevice: [link.IFLA_PARENT_DEV_NAME, text],
  namespaceFd: [link.IFLA_NET_NS_FD, u32],
  extMask: [link.IFLA_EXT_MASK, u32],
  info: [link.IFLA_LINKINFO, linkInfoAttributes],
  portInfo: [link.IFLA_PROTINFO | NLA_F_NESTED, raw],
  protocols: [link.IFLA_AF_SPEC | NLA_F_NESTED, raw],
} as const

/** The IFLA_* attributes of a link. */
const linkAttributes = attrs(linkTable)

/** The values of those attributes; an absent one is not sent, or was not there. */
export type LinkAttributes = ValuesOf<typeof linkAttributes>
/** A message about a link, decoded. */
export type LinkMessage = Message<StructValues<typeof headerFields>, LinkAttributes>

/** The messages RTM_NEWLINK, RTM_SETLINK, RTM_GETLINK and RTM_DELLINK. */
export const linkMessage = message(linkHeader, linkAttributes)
