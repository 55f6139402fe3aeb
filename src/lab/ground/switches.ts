// SPDX-License-Identifier: Apache-2.0

import type { Namespace } from '../../linux/index.ts'
import type { Network } from '../scenario/topology.ts'

/** A machine's end of a cable, and what it is plugged into. */
export interface Cable {
  /** The port on the switch; its name must be free in the lab's namespace. */
  readonly port: string
  readonly network: string
  /** Where the other end is made, and its name there. */
  readonly namespace: Namespace
  readonly name: string
}

/** A switch per network: a Linux bridge in the lab's namespace. A VLAN is a network, so all ports are access ports. */
export function createSwitches(lab: Namespace, networks: readonly Network[]): void {
  for (const { name } of networks) {
    // Snooping would hold back multicast, neighbour discovery included, until a querier is heard.
    lab.links.create({ kind: 'bridge', name, multicastSnooping: false, up: true })
  }
}

/** Plugs a machine into the switch of a network; gives the index of the machine's end, which is up. */
export function plugIn(lab: Namespace, { port, network, namespace, name }: Cable): number {
  lab.links.create({
    kind: 'veth',
    name: port,
    master: indexOf(lab, network),
    peer: { name, namespace },
  })
  const end = indexOf(namespace, name)
  namespace.links.set(end, { up: true })
  lab.links.set(indexOf(lab, port), { up: true })
  return end
}

/** The index of a link. @throws Error when it does not exist, which only a fault of the lab can cause. */
export function indexOf(namespace: Namespace, name: string): number {
  const link = namespace.links.get(name)
  if (link === undefined) throw new Error(`there is no link "${name}" in ${namespace.path}`)
  return link.index
}

/** A name for a port that says whose it is, within the 15 characters that the kernel allows. */
export function portName(machine: string, nic: string): string {
  return `${machine.slice(0, Math.max(1, 14 - nic.length))}-${nic}`.slice(0, 15)
}
