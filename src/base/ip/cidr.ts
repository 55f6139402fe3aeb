// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../errors/plait-error.ts'
import { bitsOf, formatIp, isMapped, parseLiteral, unmap } from './address.ts'
import type { IpAddress } from './address.ts'

/** An address with a prefix length; the host bits are kept. */
export interface Cidr {
  readonly address: IpAddress
  readonly length: number
}

/**
 * An address with prefix length from text such as `10.1.2.3/24`, by the rules of Go's net.ParseCIDR.
 *
 * @throws PlaitError with Go's text (`invalid CIDR address: x`).
 */
export function parseCidr(text: string): Cidr {
  const cidr = tryParseCidr(text)
  if (cidr === undefined) throw new PlaitError('config/ip-invalid', `invalid CIDR address: ${text}`)
  return cidr
}

/** As {@link parseCidr}; undefined for text that is no CIDR. */
export function tryParseCidr(text: string): Cidr | undefined {
  const [, addressText, lengthText] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const address = addressText === undefined ? undefined : parseLiteral(addressText)
  if (address === undefined || Number(lengthText) > bitsOf(address.family)) return undefined
  const length = Number(lengthText)
  if (!isMapped(address)) return { address, length }
  // A prefix shorter than the mapping itself has no IPv4 meaning.
  return length < 96 ? undefined : { address: unmap(address), length: length - 96 }
}

/** Text such as `10.1.2.3/24`. */
export function formatCidr({ address, length }: Cidr): string {
  return `${formatIp(address)}/${length}`
}

/** The CIDR that holds one address only: /32 or /128. */
export function hostCidr(address: IpAddress): Cidr {
  return { address, length: bitsOf(address.family) }
}

/** The same prefix with the host bits zero. */
export function networkOf(cidr: Cidr): Cidr {
  return { address: firstIp(cidr), length: cidr.length }
}

/** The lowest address of the prefix: all host bits zero (the network address). */
export function firstIp(cidr: Cidr): IpAddress {
  return { family: cidr.address.family, value: cidr.address.value & ~hostMask(cidr) }
}

/** The highest address of the prefix: all host bits one (for IPv4 the broadcast address). */
export function lastIp(cidr: Cidr): IpAddress {
  return { family: cidr.address.family, value: cidr.address.value | hostMask(cidr) }
}

/** The IPv4 broadcast address; undefined for IPv6 and for /31 and /32, which have none (RFC 3021). */
export function broadcastOf(cidr: Cidr): IpAddress | undefined {
  return cidr.address.family === 4 && cidr.length < 31 ? lastIp(cidr) : undefined
}

/** Whether the address lies within the prefix; false across families. */
export function containsIp(cidr: Cidr, { family, value }: IpAddress): boolean {
  return family === cidr.address.family && (value & ~hostMask(cidr)) === firstIp(cidr).value
}

/** Whether both are the same address with the same length. */
export function sameCidr(a: Cidr, b: Cidr): boolean {
  return a.length === b.length && a.address.family === b.address.family && a.address.value === b.address.value
}

/** Whether it is `0.0.0.0/0` or `::/0`. */
export function isDefaultRoute({ address, length }: Cidr): boolean {
  return length === 0 && address.value === 0n
}

function hostMask({ address, length }: Cidr): bigint {
  return (1n << BigInt(bitsOf(address.family) - length)) - 1n
}
