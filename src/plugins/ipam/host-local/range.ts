// SPDX-License-Identifier: Apache-2.0

import {
  bitsOf,
  compareIp,
  containsIp,
  firstIp,
  formatCidr,
  formatIp,
  lastIp,
  offsetIp,
  sameIp,
} from '../../../base/index.ts'
import type { Cidr, IpAddress } from '../../../base/index.ts'

/** A range as a configuration has it: what is absent has a default. */
export interface RangeInput {
  readonly subnet?: Cidr | undefined
  readonly rangeStart?: IpAddress | undefined
  readonly rangeEnd?: IpAddress | undefined
  readonly gateway?: IpAddress | undefined
}

/** Addresses `start` to `end`, both included, of a subnet. */
export interface Range {
  readonly subnet: Cidr
  readonly start: IpAddress
  readonly end: IpAddress
  readonly gateway: IpAddress
}

/**
 * A range with its defaults filled in.
 *
 * @throws Error with the Go plugin's texts.
 */
export function completeRange({ subnet, rangeStart, rangeEnd, gateway }: RangeInput): Range {
  checkSubnet(subnet)
  const second = offsetIp(subnet.address, 1)
  if (rangeStart !== undefined && (!containsIp(subnet, rangeStart) || isAfter(rangeStart, rangeEnd))) {
    throw outside('RangeStart', rangeStart, subnet)
  }
  const start = rangeStart ?? second
  if (rangeEnd !== undefined && (!containsIp(subnet, rangeEnd) || isAfter(start, rangeEnd))) {
    throw outside('RangeEnd', rangeEnd, subnet)
  }
  const end = rangeEnd ?? lastUsable(subnet)
  // Upstream takes a lone broadcast address for a start, and then gives it away.
  if (isAfter(start, end)) throw outside('RangeStart', start, subnet)
  return { subnet, start, end, gateway: gateway ?? second }
}

function checkSubnet(subnet: Cidr | undefined): asserts subnet is Cidr {
  if (subnet === undefined) throw new Error('IP <nil> not v4 nor v6')
  if (subnet.length > bitsOf(subnet.address.family) - 2) {
    throw new Error(`Network ${formatCidr(subnet)} too small to allocate from`)
  }
  const network = firstIp(subnet)
  if (!sameIp(network, subnet.address)) {
    const hint = `For a subnet mask of length ${subnet.length} the network address is ${formatIp(network)}`
    throw new Error(`Network has host bits set. ${hint}`)
  }
}

function isAfter(address: IpAddress, end: IpAddress | undefined): boolean {
  return end !== undefined && compareIp(address, end) > 0
}

/** IPv6 has no broadcast address. */
function lastUsable(subnet: Cidr): IpAddress {
  const last = lastIp(subnet)
  return last.family === 4 ? offsetIp(last, -1) : last
}

function outside(key: string, address: IpAddress, subnet: Cidr): Error {
  return new Error(`${key} ${formatIp(address)} not in network ${formatCidr(subnet)}`)
}

/** Whether the address is one that the range could give, its gateway included. */
export function rangeContains({ subnet, start, end }: Range, address: IpAddress): boolean {
  return containsIp(subnet, address) && compareIp(address, start) >= 0 && compareIp(address, end) <= 0
}

/** Whether two ranges have an address in common. */
export function rangesOverlap(a: Range, b: Range): boolean {
  return (
    rangeContains(a, b.start) ||
    rangeContains(a, b.end) ||
    rangeContains(b, a.start) ||
    rangeContains(b, a.end)
  )
}

/** Text such as `10.1.2.1-10.1.2.254`. */
export function formatRange({ start, end }: Range): string {
  return `${formatIp(start)}-${formatIp(end)}`
}
