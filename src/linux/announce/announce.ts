// SPDX-License-Identifier: Apache-2.0

import { closeSync } from 'node:fs'
import type { IpAddress } from '../../base/index.ts'
import { withNamespace } from '../namespace/thread-namespace.ts'
import { AF_PACKET, SOCK_RAW } from '../netlink/constants/netlink.ts'
import { sendto, socket } from '../sys/libc.ts'
import { ETH_P_ARP, ETH_P_IPV6, gratuitousArp, neighbourAdvertisement } from './frames.ts'
import { linkLayerAddress } from './link-layer-address.ts'

/** Who has which addresses. */
export interface Announcement {
  readonly namespaceFd: number
  readonly ifIndex: number
  readonly mac: string
  readonly addresses: readonly IpAddress[]
}

/** Sends a gratuitous ARP for each IPv4 and an unsolicited neighbour advertisement for each IPv6 address. @throws SystemCallError */
export function announce({ namespaceFd, ifIndex, mac, addresses }: Announcement): void {
  // Protocol 0: a socket that receives nothing.
  const fd = withNamespace(namespaceFd, () => socket(AF_PACKET, SOCK_RAW, 0))
  try {
    for (const address of addresses) {
      const [frame, protocol] =
        address.family === 4
          ? [gratuitousArp(mac, address), ETH_P_ARP]
          : [neighbourAdvertisement(mac, address), ETH_P_IPV6]
      sendto(fd, frame, linkLayerAddress(ifIndex, protocol))
    }
  } finally {
    closeSync(fd)
  }
}
