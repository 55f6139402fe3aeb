// SPDX-License-Identifier: Apache-2.0

import type { KernelRequest } from '../exchange.ts'
import { IFF_ALLMULTI, IFF_PROMISC, IFF_UP, RTM_DELLINK, RTM_SETLINK } from '../constants/link.ts'
import { ipv4Switches } from './ipv4-switches.ts'
import { encodePayload } from './kinds/link-kind.ts'
import { linkMessage } from './link-message.ts'

/** What can be changed of a link; what is absent stays as it is. */
export interface LinkChanges {
  readonly up?: boolean | undefined
  readonly mtu?: number | undefined
  readonly name?: string | undefined
  readonly mac?: string | undefined
  /** Index of the new master; null to leave the present one. */
  readonly master?: number | null | undefined
  readonly promiscuous?: boolean | undefined
  readonly allMulticast?: boolean | undefined
  readonly group?: number | undefined
  /** A note of up to 255 characters; the empty text removes it. */
  readonly alias?: string | undefined
  readonly txQueueLength?: number | undefined
  /**
   * Whether IPv4 addresses are announced when the link comes up; as net/ipv4/conf/<link>/arp_notify, without a file to be
   * opened. The kernel applies `up` first, so this has to be said before.
   */
  readonly arpNotify?: boolean | undefined
}

/** The request that changes a link; all at once, but not atomic: the kernel stops at the first thing it refuses. */
export function encodeChanges(index: number, changes: LinkChanges): KernelRequest {
  const { mac, mtu, name, alias, txQueueLength, master, group, arpNotify } = changes
  const attributes = {
    mac,
    mtu,
    name,
    alias,
    txQueueLength,
    group,
    master: master === null ? 0 : master,
    protocols: arpNotify === undefined ? undefined : encodeArpNotify(arpNotify),
  }
  const header = { index, ...encodeFlags(changes) }
  return {
    type: RTM_SETLINK,
    get label() {
      return `RTM_SETLINK ${describeChanges(index, changes)}`
    },
    body: (out) => linkMessage.write({ header, attributes }, out),
  }
}

/** The request that deletes a link. */
export function encodeRemove(index: number): KernelRequest {
  return {
    type: RTM_DELLINK,
    label: `RTM_DELLINK link ${index}`,
    body: (out) => linkMessage.write({ header: { index }, attributes: {} }, out),
  }
}

function encodeArpNotify(arpNotify: boolean): Buffer {
  return encodePayload(ipv4Switches, { ipv4: { conf: { arpNotify: arpNotify ? 1 : 0 } } })
}

function encodeFlags({ up, promiscuous, allMulticast }: LinkChanges): { flags: number; change: number } {
  let [flags, change] = [0, 0]
  for (const [wanted, flag] of [
    [up, IFF_UP],
    [promiscuous, IFF_PROMISC],
    [allMulticast, IFF_ALLMULTI],
  ] as const) {
    if (wanted !== undefined) change |= flag
    if (wanted === true) flags |= flag
  }
  return { flags, change }
}

function describeChanges(index: number, changes: LinkChanges): string {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const parts = given.map(([key, value]) => `${key}=${String(value)}`)
  return [`link ${index}`, ...parts].join(' ')
}
