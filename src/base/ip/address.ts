// SPDX-License-Identifier: Apache-2.0

import ipaddr from 'ipaddr.js'
import { PlaitError } from '../errors/plait-error.ts'

/** An IP address. `value` is the address as a number, so that arithmetic is ordinary. */
export interface IpAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

/** The bits of an address of a family. */
export function bitsOf(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128
}

/**
 * An address from text by the rules of Go's net.ParseIP: no leading zeros, no zone, no blanks, and
 * `::ffff:1.2.3.4` is the IPv4 address.
 *
 * @throws PlaitError with Go's text (`invalid IP address: x`).
 */
export function parseIp(text: string): IpAddress {
  const address = tryParseIp(text)
  if (address === undefined) throw new PlaitError('config/ip-invalid', `invalid IP address: ${text}`)
  return address
}

/** As {@link parseIp}; undefined for text that is no address. */
export function tryParseIp(text: string): IpAddress | undefined {
  const address = parseLiteral(text)
  return address !== undefined && isMapped(address) ? unmap(address) : address
}

/** An address exactly as written: an IPv4-mapped IPv6 address stays IPv6. */
export function parseLiteral(text: string): IpAddress | undefined {
  const ipv4 = parseIpv4(text)
  if (ipv4 !== undefined) return { family: 4, value: BigInt(ipv4) }
  if (!isIpv6Text(text)) return undefined
  return ipFromBytes(ipaddr.IPv6.parse(text).toByteArray())
}

const decimalByte = /^(?:0|[1-9]\d{0,2})$/

// By hand, because an ADD reads dozens of them, and ipaddr.js looks at each with five regular expressions.
function parseIpv4(text: string): number | undefined {
  const parts = text.split('.', 5)
  if (parts.length !== 4) return undefined
  let value = 0
  for (const part of parts) {
    const byte = decimalByte.test(part) ? Number(part) : 256
    if (byte > 255) return undefined
    value = value * 256 + byte
  }
  return value
}

function isIpv6Text(text: string): boolean {
  // ipaddr.js takes zones and, in an embedded IPv4 part, octal; Go takes neither.
  if (!text.includes(':') || text.includes('%')) return false
  const embedded = text.slice(text.lastIndexOf(':') + 1)
  if (embedded.includes('.') && parseIpv4(embedded) === undefined) return false
  // "::" must stand for at least one group.
  const groups = text.split(':').filter((group) => group !== '').length + (embedded.includes('.') ? 1 : 0)
  if (text.includes('::') ? groups > 7 : groups !== 8) return false
  return ipaddr.IPv6.isValid(text)
}

const mappedPrefix = 0xffffn

/** Whether an address is `::ffff:0:0/96`, an IPv4 address in IPv6 clothes. */
export function isMapped({ family, value }: IpAddress): boolean {
  return family === 6 && value >> 32n === mappedPrefix
}

/** The IPv4 address inside an IPv4-mapped one. */
export function unmap({ value }: IpAddress): IpAddress {
  return { family: 4, value: value & 0xffff_ffffn }
}

/** Text of an address: RFC 5952, lower case. */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 6) return new ipaddr.IPv6([...ipToBytes({ family, value })]).toRFC5952String()
  const bits = Number(value)
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`
}

/** The address in network byte order: 4 or 16 bytes. */
export function ipToBytes({ family, value }: IpAddress): Buffer {
  if (family === 4) {
    const bytes = Buffer.allocUnsafe(4)
    bytes.writeUInt32BE(Number(value))
    return bytes
  }
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeBigUInt64BE(value >> 64n)
  bytes.writeBigUInt64BE(value & 0xffff_ffff_ffff_ffffn, 8)
  return bytes
}

/**
 * The address in 4 or 16 bytes of network byte order.
 *
 * @throws PlaitError for any other number of bytes.
 */
export function ipFromBytes(bytes: ArrayLike<number>): IpAddress {
  if (bytes.length !== 4 && bytes.length !== 16) {
    throw new PlaitError('config/ip-invalid', `invalid IP address: ${bytes.length} bytes`)
  }
  const view = Buffer.from(bytes)
  if (view.length === 4) return { family: 4, value: BigInt(view.readUInt32BE()) }
  return { family: 6, value: (view.readBigUInt64BE() << 64n) | view.readBigUInt64BE(8) }
}

/**
 * The address `count` further on (or back, when negative).
 *
 * @throws PlaitError when that leaves the family's space.
 */
export function offsetIp({ family, value }: IpAddress, count: bigint | number): IpAddress {
  const moved = value + BigInt(count)
  if (moved < 0n || moved >> BigInt(bitsOf(family)) !== 0n) {
    const from = formatIp({ family, value })
    throw new PlaitError(
      'config/ip-invalid',
      `Cannot count ${count} from ${from}: outside the IPv${family} space`,
    )
  }
  return { family, value: moved }
}

/** Order of addresses: IPv4 before IPv6, then by value; negative, 0 or positive. */
export function compareIp(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family
  return a.value < b.value ? -1 : Number(a.value > b.value)
}

/** Whether both are the same address. */
export function sameIp(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.value === b.value
}
