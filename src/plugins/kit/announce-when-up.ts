// SPDX-License-Identifier: Apache-2.0

import { parseCidr } from '../../base/index.ts'
import type { CniResult } from '../../cni/index.ts'
import { isNetlinkError } from '../../linux/index.ts'
import type { Link, Namespace } from '../../linux/index.ts'
import { tryWriteSysctl } from './try-write-sysctl.ts'

/**
 * Has the kernel announce IPv4 addresses when the link comes up (arp_notify). A refinement: where IPv4 is switched off
 * for the link, the kernel refuses and nothing is lost.
 */
export function announceIpv4WhenUp(container: Namespace, { index }: Link): void {
  try {
    container.links.set(index, { arpNotify: true })
  } catch (error) {
    if (!isNetlinkError(error, 'EAFNOSUPPORT', 'EOPNOTSUPP', 'EINVAL')) throw error
  }
}

/**
 * The same for IPv6 (ndisc_notify) if the result has such an address; upstream sets the switch in any case, where it has
 * no effect. There is no netlink request for it, and to open its file takes as long as to make a link.
 */
export function announceIpv6WhenUp(container: Namespace, ifName: string, { ips = [] }: CniResult): void {
  if (!ips.some(({ address }) => parseCidr(address).address.family === 6)) return
  tryWriteSysctl(container, `net/ipv6/conf/${ifName}/ndisc_notify`, '1')
}
