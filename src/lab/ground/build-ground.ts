// SPDX-License-Identifier: Apache-2.0

import { parseCidr, parseIp } from '../../base/index.ts'
import { Namespace } from '../../linux/index.ts'
import type { Topology } from '../scenario/topology.ts'
import type { NodeHolder } from './node-holder.ts'
import { createNode, routePods } from './nodes.ts'
import { createRouter, type RunningRouter } from './routers.ts'
import { createSwitches, indexOf } from './switches.ts'

/** What a lab stands on: switches in the lab's own namespace, routers and nodes in theirs. */
export interface Ground {
  readonly lab: Namespace
  readonly routers: readonly RunningRouter[]
  readonly nodes: readonly NodeHolder[]
}

/**
 * Builds the networks, routers and nodes of a topology in the namespace of this thread, which must be one that was
 * made for the lab. Nothing is undone on failure: the lab's namespaces end with its process.
 */
export async function buildGround(topology: Topology, busybox: string): Promise<Ground> {
  const lab = Namespace.current()
  lab.links.set(indexOf(lab, 'lo'), { up: true })
  lab.writeSysctl('net/ipv4/ip_forward', '1')
  createSwitches(lab, topology.networks)
  const { network, address } = topology.controlPlane
  lab.addresses.add(indexOf(lab, network), { address: parseCidr(address) })
  const routers = await Promise.all(topology.routers.map(async (one) => createRouter(lab, one)))
  const nodes = await Promise.all(topology.nodes.map(async (one) => createNode(lab, one, busybox)))
  routePods(lab, topology.nodes, nodes)
  addDefaultRoutes(topology, nodes)
  return { lab, routers, nodes }
}

/** Nodes go out by the router of their uplink's network, when there is one. */
function addDefaultRoutes({ routers, controlPlane }: Topology, nodes: readonly NodeHolder[]): void {
  const [gateway] = routers
    .flatMap(({ interfaces }) => interfaces)
    .filter(({ network }) => network === controlPlane.network)
    .flatMap(({ addresses }) => addresses)
  if (gateway === undefined) return
  const [address = ''] = gateway.split('/', 1)
  for (const { namespace } of nodes) namespace.routes.add({ gateway: parseIp(address) })
}
