// SPDX-License-Identifier: Apache-2.0

import { formatMac, ipFromBytes, ipToBytes, macToBytes, parseIp } from '../../base/index.ts'
import type { IpAddress } from '../../base/index.ts'

/** What an Ethernet frame carries (linux/if_ether.h). */
export const ETH_P_ARP = 0x0806,
  ETH_P_IPV6 = 0x86dd

const broadcastMac = Buffer.alloc(6, 0xff)
const allNodesMac = macToBytes('33:33:00:00:00:01')
const allNodes = ipToBytes(parseIp('ff02::1'))

/**
 * A gratuitous ARP request: 42 bytes of Ethernet by which all stations learn who has an IPv4 address.
 *
 * ```
 *  0      6      12     14        22     28    32     38    42
 *  | ff×6 | mac  | 0806 | request | mac  | ip  | ff×6 | ip  |
 * ```
 */
export function gratuitousArp(mac: string, address: IpAddress): Buffer {
  const [from, ip] = [macToBytes(mac), ipToBytes(address)]
  // Ethernet, IPv4, lengths 6 and 4, operation 1 (request): RFC 826 and, for the form, RFC 5227.
  const request = Buffer.from([0, 1, 8, 0, 6, 4, 0, 1])
  return Buffer.concat([broadcastMac, from, etherType(ETH_P_ARP), request, from, ip, broadcastMac, ip])
}

/**
 * An ARP probe (RFC 5227, 1.1): asks who has an IPv4 address without claiming it, for its sender address is 0.0.0.0.
 */
export function arpProbe(mac: string, address: IpAddress): Buffer {
  const [from, ip] = [macToBytes(mac), ipToBytes(address)]
  const request = Buffer.from([0, 1, 8, 0, 6, 4, 0, 1])
  const nobody = Buffer.alloc(10)
  return Buffer.concat([broadcastMac, from, etherType(ETH_P_ARP), request, from, nobody, ip])
}

/** Who says in an ARP frame that it has, or wants, which IPv4 address. */
export interface ArpClaim {
  readonly mac: string
  readonly address: IpAddress
}

const longestNeeded = 42

/**
 * The claim of an ARP frame: its sender's address, or for a probe the address that it asks for (RFC 5227, 2.1.1:
 * another station that probes for the same address is a conflict too). Undefined for any other frame.
 */
export function parseArpClaim(frame: Buffer): ArpClaim | undefined {
  if (frame.length < longestNeeded || frame.readUInt16BE(12) !== ETH_P_ARP) return undefined
  const isIpv4OverEthernet = frame.subarray(14, 20).equals(Buffer.from([0, 1, 8, 0, 6, 4]))
  if (!isIpv4OverEthernet) return undefined
  const sender = ipFromBytes(frame.subarray(28, 32))
  const isProbe = sender.value === 0n && frame.readUInt16BE(20) === 1
  return {
    mac: formatMac(frame.subarray(22, 28)),
    address: isProbe ? ipFromBytes(frame.subarray(38, 42)) : sender,
  }
}

const ICMPV6 = 58
const NEIGHBOUR_ADVERTISEMENT = 136
const OVERRIDE = 0x20
const TARGET_LINK_LAYER_ADDRESS = 2

/** An unsolicited neighbour advertisement (RFC 4861, 7.2.6): by it all stations learn who has an IPv6 address. */
export function neighbourAdvertisement(mac: string, address: IpAddress): Buffer {
  const [from, ip] = [macToBytes(mac), ipToBytes(address)]
  const body = Buffer.concat([
    Buffer.from([NEIGHBOUR_ADVERTISEMENT, 0, 0, 0, OVERRIDE, 0, 0, 0]),
    ip,
    Buffer.from([TARGET_LINK_LAYER_ADDRESS, 1]),
    from,
  ])
  body.writeUInt16BE(checksum(ip, body), 2)
  // Version 6, the body's length, next header, and the hop limit 255 that proves that no router was passed.
  const header = Buffer.from([0x60, 0, 0, 0, 0, body.length, ICMPV6, 255])
  return Buffer.concat([allNodesMac, from, etherType(ETH_P_IPV6), header, ip, allNodes, body])
}

function etherType(type: number): Buffer {
  return Buffer.from([type >> 8, type & 0xff])
}

// RFC 4443, 2.3: over the body and a pseudo-header of addresses, length and next header.
function checksum(source: Buffer, body: Buffer): number {
  const covered = Buffer.concat([
    source,
    allNodes,
    Buffer.from([0, 0, 0, body.length, 0, 0, 0, ICMPV6]),
    body,
  ])
  let sum = 0
  for (let at = 0; at < covered.length; at += 2) sum += covered.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16)
  return ~sum & 0xffff
}
