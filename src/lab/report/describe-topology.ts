// SPDX-License-Identifier: Apache-2.0

import type { Topology } from '../scenario/topology.ts'
import type { DrawingInput, DrawingPod } from './drawing.ts'
import { interfaceAgrees, type InterfaceRecord, type PodRecord } from './record.ts'

/** What a picture shows of a topology and the pods on it. */
export function describeTopology(topology: Topology, pods: readonly PodRecord[]): DrawingInput {
  return {
    networks: topology.networks.map(({ name, subnet, vlan }) => ({
      name,
      label: [name, subnet, vlan === undefined ? undefined : `VLAN ${vlan}`].filter(Boolean).join(' '),
      notes: notesOf(topology, name),
    })),
    nodes: topology.nodes.map((node) => ({
      name: node.name,
      nics: node.nics,
      notes: [
        ...node.nics.flatMap(({ name, address }) => (address === undefined ? [] : [`${name} ${address}`])),
        ...node.bridges.map(({ name, ports }) => `${name} bridge of ${ports.join(', ')}`),
      ],
      pods: pods.filter((pod) => pod.node === node.name).map(describePod),
    })),
  }
}

function notesOf({ routers, controlPlane }: Topology, network: string): string[] {
  const there = routers.flatMap(({ name, interfaces }) =>
    interfaces
      .filter((one) => one.network === network)
      .flatMap(({ addresses }) => addresses.map((address) => `${name} ${withoutLength(address)}`)),
  )
  return controlPlane.network === network
    ? [`API server ${withoutLength(controlPlane.address)}`, ...there]
    : there
}

function describePod(pod: PodRecord): DrawingPod {
  const shown = pod.interfaces.filter(({ name }) => name !== 'lo')
  return {
    name: pod.name,
    tone: pod.problem === undefined ? 'title' : 'bad',
    lines:
      shown.length === 0
        ? [{ text: pod.problem === undefined ? pod.phase : 'has no sandbox', tone: 'faint' }]
        : shown.map((one) => ({ text: describeInterface(one), tone: interfaceAgrees(one) ? 'good' : 'bad' })),
  }
}

function describeInterface({ name, observed }: InterfaceRecord): string {
  if (observed === undefined) return `${name} missing`
  return `${name} ${observed.addresses.join(' ') || 'no address'}`
}

function withoutLength(cidr: string): string {
  return cidr.split('/', 1)[0] ?? cidr
}
