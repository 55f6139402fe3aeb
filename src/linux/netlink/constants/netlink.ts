// SPDX-License-Identifier: Apache-2.0

/** Address families (linux/socket.h). */
export const AF_UNSPEC = 0,
  AF_INET = 2,
  AF_BRIDGE = 7,
  AF_INET6 = 10,
  AF_NETLINK = 16,
  AF_PACKET = 17

/** The kind of socket that carries whole messages (socket(2)). */
export const SOCK_RAW = 3
/** Together with a type: calls fail with EAGAIN rather than wait. */
export const SOCK_NONBLOCK = 0o4000

/** The protocol for links, addresses, routes, rules and neighbours (netlink(7)). */
export const NETLINK_ROUTE = 0

/** Options of netlink sockets (netlink(7)). */
export const SOL_NETLINK = 270,
  NETLINK_CAP_ACK = 10,
  NETLINK_EXT_ACK = 11,
  NETLINK_GET_STRICT_CHK = 12

/** Flags of any message (linux/netlink.h). */
export const NLM_F_REQUEST = 0x1,
  NLM_F_MULTI = 0x2,
  NLM_F_ACK = 0x4,
  NLM_F_ECHO = 0x8,
  NLM_F_DUMP_INTR = 0x10

/** Flags of a request for a list (linux/netlink.h). */
export const NLM_F_DUMP = 0x300

/** Flags of a request to make something; in other messages the same bits mean other things. */
export const NLM_F_REPLACE = 0x100,
  NLM_F_EXCL = 0x200,
  NLM_F_CREATE = 0x400,
  NLM_F_APPEND = 0x800

/** Flags of acknowledgements (linux/netlink.h). */
export const NLM_F_CAPPED = 0x100,
  NLM_F_ACK_TLVS = 0x200

/** Types of control messages (linux/netlink.h). */
export const NLMSG_NOOP = 1,
  NLMSG_ERROR = 2,
  NLMSG_DONE = 3,
  NLMSG_OVERRUN = 4

/** The explanation within an acknowledgement (linux/netlink.h). */
export const NLMSGERR_ATTR_MSG = 1

/** Bits of the type of an attribute (linux/netlink.h). */
export const NLA_F_NESTED = 0x8000,
  NLA_TYPE_MASK = 0x3fff
