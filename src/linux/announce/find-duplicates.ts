// SPDX-License-Identifier: Apache-2.0

import { closeSync, readSync } from 'node:fs'
import { delay, sameIp, systemErrorCode } from '../../base/index.ts'
import type { IpAddress } from '../../base/index.ts'
import { withNamespace } from '../namespace/thread-namespace.ts'
import { AF_PACKET, SOCK_NONBLOCK, SOCK_RAW } from '../netlink/constants/netlink.ts'
import { bind, sendto, socket } from '../sys/libc.ts'
import { arpProbe, ETH_P_ARP, parseArpClaim } from './frames.ts'
import type { ArpClaim } from './frames.ts'
import { linkLayerAddress } from './link-layer-address.ts'

// RFC 5227 waits for seconds, for networks of its time. An answer within a data centre takes well below a millisecond;
// three probes are for one that gets lost.
const probes = 3
const probeIntervalMs = 20
const mostFrames = 256

/** Addresses that a link is about to get, and how long others have to object. */
export interface DuplicateSearch {
  readonly namespaceFd: number
  readonly ifIndex: number
  /** The MAC of the link itself. */
  readonly mac: string
  readonly addresses: readonly IpAddress[]
  readonly signal?: AbortSignal
}

/**
 * Which of the IPv4 addresses another station on the network of the link has, found by ARP probes; IPv6 has its own
 * detection in the kernel. The link must be up. Takes 60 ms when nobody objects.
 *
 * @throws SystemCallError, ENETDOWN when the link is down.
 */
export async function findDuplicates(search: DuplicateSearch): Promise<ArpClaim[]> {
  const addresses = search.addresses.filter(({ family }) => family === 4)
  if (addresses.length === 0) return []
  const target = linkLayerAddress(search.ifIndex, ETH_P_ARP)
  // Protocol 0 until it is bound: else frames of all links would already wait in it.
  const fd = withNamespace(search.namespaceFd, () => socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0))
  try {
    bind(fd, target)
    for (let probe = 0; probe < probes; probe++) {
      for (const address of addresses) sendto(fd, arpProbe(search.mac, address), target)
      await delay(probeIntervalMs, search.signal)
      const found = readClaims(fd).filter(
        (claim) => claim.mac !== search.mac && addresses.some((address) => sameIp(address, claim.address)),
      )
      if (found.length > 0) return found
    }
    return []
  } finally {
    closeSync(fd)
  }
}

function readClaims(fd: number): ArpClaim[] {
  const buffer = Buffer.alloc(128)
  const claims: ArpClaim[] = []
  for (let count = 0; count < mostFrames; count++) {
    const length = readFrame(fd, buffer)
    if (length === undefined) break
    const claim = parseArpClaim(buffer.subarray(0, length))
    if (claim !== undefined) claims.push(claim)
  }
  return claims
}

function readFrame(fd: number, buffer: Buffer): number | undefined {
  try {
    return readSync(fd, buffer)
  } catch (error) {
    if (systemErrorCode(error) === 'EAGAIN') return undefined
    throw error
  }
}
