// SPDX-License-Identifier: Apache-2.0

import { formatIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import type { KernelRequest } from '../exchange.ts'
import { NUD_PERMANENT, RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH } from '../constants/neighbour.ts'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../constants/netlink.ts'
import { familyNumber } from '../family.ts'
import type { NetlinkConnection } from '../netlink-connection.ts'
import { neighbourMessage } from './neighbour-message.ts'

/** What a link knows about the hardware address of another station (an ARP or NDP entry). */
export interface Neighbour {
  readonly ifIndex: number
  readonly destination: IpAddress
  /** Absent while it is being asked for. */
  readonly mac?: string
  /** NUD_* */
  readonly state: number
  /** NTF_* */
  readonly flags: number
}

/** A neighbour to be noted. */
export interface NeighbourSpec {
  readonly ifIndex: number
  readonly destination: IpAddress
  readonly mac: string
  /** NUD_*; NUD_PERMANENT when absent. */
  readonly state?: number | undefined
}

/** The neighbours of one namespace. Each call is one request, and throws NetlinkError when the kernel refuses it. */
export class Neighbours {
  readonly #connection: NetlinkConnection

  constructor(connection: NetlinkConnection) {
    this.#connection = connection
  }

  /** Notes a neighbour; EEXIST when there is one of this address on the link. */
  add(spec: NeighbourSpec): void {
    this.#connection.change({
      ...encode('RTM_NEWNEIGH', spec),
      type: RTM_NEWNEIGH,
      flags: NLM_F_CREATE | NLM_F_EXCL,
    })
  }

  /** Notes a neighbour in place of what was known. */
  replace(spec: NeighbourSpec): void {
    this.#connection.change({
      ...encode('RTM_NEWNEIGH', spec),
      type: RTM_NEWNEIGH,
      flags: NLM_F_CREATE | NLM_F_REPLACE,
    })
  }

  /** Forgets a neighbour; ENOENT when there is none. */
  remove(neighbour: Pick<NeighbourSpec, 'ifIndex' | 'destination'>): void {
    this.#connection.change({ ...encode('RTM_DELNEIGH', { ...neighbour, state: 0 }), type: RTM_DELNEIGH })
  }

  /** Neighbours in the kernel's order. */
  list({ ifIndex, family }: { ifIndex?: number | undefined; family?: 4 | 6 | undefined } = {}): Neighbour[] {
    const header = { family: familyNumber(family) }
    const found = this.#connection.list(
      {
        type: RTM_GETNEIGH,
        label: 'RTM_GETNEIGH all',
        body: (out) => neighbourMessage.write({ header, attributes: {} }, out),
      },
      readNeighbour,
    )
    return found
      .filter((neighbour) => neighbour !== undefined)
      .filter(
        (neighbour) =>
          (ifIndex === undefined || neighbour.ifIndex === ifIndex) &&
          (family === undefined || neighbour.destination.family === family),
      )
  }
}

// Bridges list their forwarding entries in the same table; those have no IP address.
function readNeighbour(bytes: Buffer, start: number, end: number): Neighbour | undefined {
  const { header, attributes } = neighbourMessage.read(bytes, start, end, false)
  if (attributes.destination === undefined) return undefined
  return {
    ifIndex: header.ifIndex,
    destination: attributes.destination,
    state: header.state,
    flags: header.flags,
    ...(attributes.mac === undefined ? {} : { mac: attributes.mac }),
  }
}

function encode(
  verb: string,
  { ifIndex, destination, mac, state = NUD_PERMANENT }: Omit<NeighbourSpec, 'mac'> & { mac?: string },
): Pick<KernelRequest, 'label' | 'body'> {
  const header = { family: familyNumber(destination.family), ifIndex, state }
  return {
    get label() {
      return `${verb} ${formatIp(destination)} link ${ifIndex}`
    },
    body: (out) => neighbourMessage.write({ header, attributes: { destination, mac } }, out),
  }
}
