// SPDX-License-Identifier: Apache-2.0

/** Messages about links (linux/rtnetlink.h). */
export const RTM_NEWLINK = 16,
  RTM_DELLINK = 17,
  RTM_GETLINK = 18,
  RTM_SETLINK = 19

/** Attributes of a link (linux/if_link.h). */
export const IFLA_ADDRESS = 1,
  IFLA_BROADCAST = 2,
  IFLA_IFNAME = 3,
  IFLA_MTU = 4,
  IFLA_LINK = 5,
  IFLA_QDISC = 6,
  IFLA_MASTER = 10,
  IFLA_PROTINFO = 12,
  IFLA_TXQLEN = 13,
  IFLA_OPERSTATE = 16,
  IFLA_LINKINFO = 18,
  IFLA_IFALIAS = 20,
  IFLA_AF_SPEC = 26,
  IFLA_GROUP = 27,
  IFLA_NET_NS_FD = 28,
  IFLA_EXT_MASK = 29,
  IFLA_PROMISCUITY = 30,
  IFLA_NUM_TX_QUEUES = 31,
  IFLA_NUM_RX_QUEUES = 32,
  IFLA_LINK_NETNSID = 37,
  IFLA_PROP_LIST = 52,
  IFLA_ALT_IFNAME = 53,
  IFLA_PARENT_DEV_NAME = 56,
  IFLA_ALLMULTI = 61

/** Attributes for AF_INET inside IFLA_AF_SPEC (linux/if_link.h). */
export const IFLA_INET_CONF = 1

/** Switches inside IFLA_INET_CONF (linux/ip.h). */
export const IPV4_DEVCONF_ARP_NOTIFY = 22

/** Attributes inside IFLA_LINKINFO (linux/if_link.h). */
export const IFLA_INFO_KIND = 1,
  IFLA_INFO_DATA = 2,
  IFLA_INFO_SLAVE_KIND = 4,
  IFLA_INFO_SLAVE_DATA = 5

/** What a description of a link contains or leaves out (linux/rtnetlink.h). */
export const RTEXT_FILTER_VF = 1,
  RTEXT_FILTER_BRVLAN = 2,
  RTEXT_FILTER_SKIP_STATS = 8

/** Attributes of a veth (linux/veth.h). */
export const VETH_INFO_PEER = 1

/** Attributes of a macvlan (linux/if_link.h). */
export const IFLA_MACVLAN_MODE = 1,
  IFLA_MACVLAN_FLAGS = 2,
  IFLA_MACVLAN_BC_QUEUE_LEN = 7,
  IFLA_MACVLAN_BC_QUEUE_LEN_USED = 8

/** Modes of a macvlan (linux/if_link.h). */
export const MACVLAN_MODE_PRIVATE = 1,
  MACVLAN_MODE_VEPA = 2,
  MACVLAN_MODE_BRIDGE = 4,
  MACVLAN_MODE_PASSTHRU = 8,
  MACVLAN_MODE_SOURCE = 16

/** Attributes of a bridge (linux/if_link.h). */
export const IFLA_BR_FORWARD_DELAY = 1,
  IFLA_BR_HELLO_TIME = 2,
  IFLA_BR_MAX_AGE = 3,
  IFLA_BR_AGEING_TIME = 4,
  IFLA_BR_STP_STATE = 5,
  IFLA_BR_PRIORITY = 6,
  IFLA_BR_VLAN_FILTERING = 7,
  IFLA_BR_VLAN_PROTOCOL = 8,
  IFLA_BR_GROUP_FWD_MASK = 9,
  IFLA_BR_MCAST_SNOOPING = 23,
  IFLA_BR_VLAN_DEFAULT_PVID = 39

/** Attributes of a bridge port (linux/if_link.h). */
export const IFLA_BRPORT_STATE = 1,
  IFLA_BRPORT_PRIORITY = 2,
  IFLA_BRPORT_COST = 3,
  IFLA_BRPORT_MODE = 4,
  IFLA_BRPORT_LEARNING = 8,
  IFLA_BRPORT_UNICAST_FLOOD = 9,
  IFLA_BRPORT_ISOLATED = 33

/** Flags of a link (linux/if.h, netdevice(7)). */
export const IFF_UP = 0x1,
  IFF_BROADCAST = 0x2,
  IFF_LOOPBACK = 0x8,
  IFF_POINTOPOINT = 0x10,
  IFF_RUNNING = 0x40,
  IFF_NOARP = 0x80,
  IFF_PROMISC = 0x100,
  IFF_ALLMULTI = 0x200,
  IFF_MULTICAST = 0x1000,
  IFF_LOWER_UP = 0x10000

/** Hardware types of links (linux/if_arp.h). */
export const ARPHRD_ETHER = 1,
  ARPHRD_LOOPBACK = 772
