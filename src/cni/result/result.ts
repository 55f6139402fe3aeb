// SPDX-License-Identifier: Apache-2.0

/**
 * What a plugin made, in the shape of CNI 1.1.0 whatever version it came in. Addresses are text, as in the
 * JSON: CIDRs keep their host bits. Empty lists and empty texts are absent.
 */
export interface CniResult {
  readonly cniVersion?: string
  readonly interfaces?: readonly CniInterface[]
  readonly ips?: readonly CniIp[]
  readonly routes?: readonly CniRoute[]
  readonly dns?: CniDns
}

/** An interface that a plugin made; without a sandbox it is one of the host. */
export interface CniInterface {
  readonly name: string
  readonly mac?: string
  /** In bytes. */
  readonly mtu?: number
  /** Path of the network namespace. */
  readonly sandbox?: string
  readonly socketPath?: string
  readonly pciID?: string
}

/** An address that was assigned. */
export interface CniIp {
  /** Index into `interfaces`; absent when unknown, as in every result of an IPAM plugin. */
  readonly interface?: number
  /** With prefix length, such as `10.1.2.3/24`. */
  readonly address: string
  readonly gateway?: string
}

/** A route of the container. */
export interface CniRoute {
  readonly dst: string
  readonly gw?: string
  /** In bytes. */
  readonly mtu?: number
  /** In bytes. */
  readonly advmss?: number
  readonly priority?: number
  /** 0 differs from absent. */
  readonly table?: number
  /** 0 universe, 253 link, 254 host; 0 differs from absent. */
  readonly scope?: number
}

/** The resolver settings of the network. */
export interface CniDns {
  readonly nameservers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}
