// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'

/** One broadcast domain; a VLAN is a network of its own, and a port on it is an access port. */
export interface Network {
  /** Also the name of the bridge that is its switch. */
  readonly name: string
  readonly subnet: string | undefined
  readonly vlan: number | undefined
}

/** A network namespace that forwards, with one interface per network. */
export interface Router {
  readonly name: string
  readonly interfaces: readonly { readonly network: string; readonly addresses: readonly string[] }[]
}

/** A port of a node: one end of a veth pair whose other end is on the switch of the network. */
export interface Nic {
  readonly name: string
  readonly network: string
  /** With prefix length; undefined for a port without address. */
  readonly address: string | undefined
}

/** A Linux bridge that exists on a node before any pod. */
export interface NodeBridge {
  readonly name: string
  readonly ports: readonly string[]
}

/** One simulated machine. */
export interface Node {
  readonly name: string
  /** The first NIC is the uplink: the node's own address and the way to the API server. */
  readonly nics: readonly Nic[]
  readonly bridges: readonly NodeBridge[]
  readonly podSubnet: string
  /** Files that are there before the daemon starts, by absolute path. */
  readonly files: Readonly<Record<string, string>>
  /** Keys for the daemon's configuration file beyond those that the lab sets. */
  readonly daemon: JsonObject
  readonly netns: NetnsPlaces
}

/** Where network namespaces are for the processes of a node. */
export interface NetnsPlaces {
  /** The directory in the paths that the runtime hands over. */
  readonly given: string
  /** The directories that the daemon sees them in; undefined for those of the node. */
  readonly mounted: readonly string[] | undefined
}

/** What a lab consists of before any pod exists. */
export interface Topology {
  readonly about: string
  readonly networks: readonly Network[]
  readonly routers: readonly Router[]
  /** Where the API server is reached from the nodes. */
  readonly controlPlane: { readonly network: string; readonly address: string }
  /** The addresses of all pods; each node has a piece of it. */
  readonly podSubnet: string
  readonly nodes: readonly Node[]
}
