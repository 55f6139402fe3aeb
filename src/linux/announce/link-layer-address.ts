// SPDX-License-Identifier: Apache-2.0

import { AF_PACKET } from '../netlink/constants/netlink.ts'

/** struct sockaddr_ll of linux/if_packet.h for a link and what its frames carry; only the protocol is in network byte order. */
export function linkLayerAddress(ifIndex: number, protocol: number): Buffer {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeUInt16BE(protocol, 2)
  address.writeInt32LE(ifIndex, 4)
  return address
}
