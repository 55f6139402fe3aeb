// SPDX-License-Identifier: Apache-2.0

import type { Namespace } from '../../linux/index.ts'

const switches = { 4: 'net/ipv4/ip_forward', 6: 'net/ipv6/conf/all/forwarding' } as const

/** Lets the namespace forward packets of a family; a switch that is on is not written again (spec §2.0.10). */
export function enableForwarding(namespace: Namespace, family: 4 | 6): void {
  const name = switches[family]
  if (namespace.readSysctl(name)?.trim() !== '1') namespace.writeSysctl(name, '1')
}
