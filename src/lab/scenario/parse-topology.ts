// SPDX-License-Identifier: Apache-2.0

import {
  type Cidr,
  PlaitError,
  containsIp,
  formatCidr,
  formatIp,
  offsetIp,
  parseCidr,
  parseIp,
} from '../../base/index.ts'
import { parseDocument, parseYaml } from './parse-yaml.ts'
import type { Node, Topology } from './topology.ts'
import { type TopologyFile, topologyFile } from './topology-file.ts'

/** How far apart two nodes' pools begin when `lastReserved` sets them apart. */
const addressesPerNode = 10

/**
 * The topology that a `topology.yaml` describes, with every node written out.
 *
 * @param options.nodes number of nodes instead of the file's.
 * @throws PlaitError that names the place in the file.
 */
export function parseTopology(
  text: string,
  file: string,
  options: { readonly nodes?: number | undefined } = {},
): Topology {
  const parsed = parseDocument(topologyFile, parseYaml(text, file)[0], file)
  const count = options.nodes ?? parsed.nodes.count
  const topology: Topology = {
    about: parsed.about,
    networks: Object.entries(parsed.networks).map(([name, { subnet, vlan }]) => ({ name, subnet, vlan })),
    routers: Object.entries(parsed.routers).map(([name, interfaces]) => ({
      name,
      interfaces: Object.entries(interfaces).map(([network, addresses]) => ({ network, addresses })),
    })),
    controlPlane: parsed.controlPlane,
    podSubnet: parsed.podSubnet,
    nodes: Array.from({ length: count }, (_, index) => nodeAt(parsed, index)),
  }
  checkReferences(topology, file)
  return topology
}

function nodeAt({ nodes, podSubnet }: TopologyFile, index: number): Node {
  const name = `n${index + 1}`
  const only = nodes.only[name]
  return {
    name,
    nics: Object.entries(nodes.nics).map(([nic, { network, address }]) => ({
      name: nic,
      network,
      address: address === undefined ? undefined : formatCidr(advance(parseCidr(address), index)),
    })),
    bridges: Object.entries(nodes.bridges).map(([bridge, ports]) => ({ name: bridge, ports })),
    podSubnet: podSubnetAt(parseCidr(podSubnet), index),
    files: { ...nodes.files, ...historyFiles(nodes.lastReserved, index), ...only?.files },
    daemon: { ...nodes.daemon, ...only?.daemon },
    netns: { given: '/var/run/netns', mounted: undefined, ...nodes.netns, ...only?.netns },
  }
}

/** The /24 number index + 1 of the pods' range, as flannel and others cut it. */
function podSubnetAt({ address }: Cidr, index: number): string {
  return `${formatIp(offsetIp(address, 256 * (index + 1)))}/24`
}

function advance({ address, length }: Cidr, by: number): Cidr {
  return { address: offsetIp(address, by), length }
}

/** host-local's round-robin mark; the first node has none, as a node on which no pod ever was. */
function historyFiles(lastReserved: Readonly<Record<string, string>>, index: number): Record<string, string> {
  if (index === 0) return {}
  return Object.fromEntries(
    Object.entries(lastReserved).map(([network, last]) => [
      `/var/lib/cni/networks/${network}/last_reserved_ip.0`,
      formatIp(offsetIp(parseIp(last), (index - 1) * addressesPerNode)),
    ]),
  )
}

function checkReferences(topology: Topology, file: string): void {
  const networks = new Set(topology.networks.map(({ name }) => name))
  const [first] = topology.nodes
  const uses = [
    ...topology.routers.flatMap((router) => router.interfaces.map(({ network }) => network)),
    topology.controlPlane.network,
    ...(first?.nics.map(({ network }) => network) ?? []),
  ]
  const unknown = uses.find((network) => !networks.has(network))
  if (unknown !== undefined) {
    throw invalid(file, `there is no network "${unknown}" (there is ${[...networks].join(', ')})`)
  }
  const uplink = first?.nics[0]
  if (uplink?.address === undefined) throw invalid(file, 'the first NIC of a node needs an address')
  if (uplink.network !== topology.controlPlane.network) {
    throw invalid(file, 'controlPlane must be on the network of the first NIC')
  }
  checkAddresses(topology, file)
}

function checkAddresses(topology: Topology, file: string): void {
  for (const node of topology.nodes) {
    for (const nic of node.nics) {
      const subnet = topology.networks.find(({ name }) => name === nic.network)?.subnet
      if (nic.address === undefined || subnet === undefined) continue
      if (!containsIp(parseCidr(subnet), parseCidr(nic.address).address)) {
        throw invalid(file, `${nic.address} of ${node.name} is not in ${subnet} of network "${nic.network}"`)
      }
    }
  }
}

function invalid(file: string, problem: string): PlaitError {
  return new PlaitError('lab/scenario-invalid', `Cannot use ${file}: ${problem}`)
}
