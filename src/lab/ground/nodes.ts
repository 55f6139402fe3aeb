// SPDX-License-Identifier: Apache-2.0

import { parseCidr, parseIp } from '../../base/index.ts'
import type { Namespace } from '../../linux/index.ts'
import type { Node } from '../scenario/topology.ts'
import { NodeHolder } from './node-holder.ts'
import { indexOf, plugIn, portName } from './switches.ts'

/** Makes a node and plugs it into its networks; no file is in it yet. */
export async function createNode(lab: Namespace, node: Node, busybox: string): Promise<NodeHolder> {
  const holder = await NodeHolder.start(node.name, busybox)
  const { namespace } = holder
  namespace.links.set(indexOf(namespace, 'lo'), { up: true })
  namespace.writeSysctl('net/ipv4/ip_forward', '1')
  for (const { name, network, address } of node.nics) {
    const end = plugIn(lab, { port: portName(node.name, name), network, namespace, name })
    if (address !== undefined) namespace.addresses.add(end, { address: parseCidr(address) })
  }
  for (const { name, ports } of node.bridges) {
    namespace.links.create({ kind: 'bridge', name, up: true })
    const master = indexOf(namespace, name)
    for (const port of ports) namespace.links.set(indexOf(namespace, port), { master })
  }
  return holder
}

/** The address of a node on its uplink, without prefix length. */
export function nodeAddress({ nics, name }: Node): string {
  const [address] = nics[0]?.address?.split('/') ?? []
  if (address === undefined) throw new Error(`node ${name} has no address on its first NIC`)
  return address
}

/** Tells each node, and the lab itself, by which node the pods of the others are reached. */
export function routePods(lab: Namespace, nodes: readonly Node[], holders: readonly NodeHolder[]): void {
  for (const node of nodes) {
    const route = { dst: parseCidr(node.podSubnet), gateway: parseIp(nodeAddress(node)) }
    lab.routes.add(route)
    for (const holder of holders) {
      if (holder.name !== node.name) holder.namespace.routes.add(route)
    }
  }
}
