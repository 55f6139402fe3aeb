// SPDX-License-Identifier: Apache-2.0

import { formatCidr } from '../../../base/index.ts'
import type { Cidr, IpAddress } from '../../../base/index.ts'
import { RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from '../constants/address.ts'
import { NLM_F_CREATE, NLM_F_EXCL } from '../constants/netlink.ts'
import { familyNumber } from '../family.ts'
import type { NetlinkConnection } from '../netlink-connection.ts'
import type { KernelRequest } from '../exchange.ts'
import { addressMessage } from './address-message.ts'
import { readAddress } from './address.ts'
import type { Address } from './address.ts'

/** An address to be added. */
export interface AddressSpec {
  readonly address: Cidr
  readonly broadcast?: IpAddress | undefined
  /** RT_SCOPE_*; RT_SCOPE_UNIVERSE when absent. */
  readonly scope?: number | undefined
  /** IFA_F_*, such as IFA_F_NODAD. */
  readonly flags?: number | undefined
}

/** Which addresses to list; all that are given have to fit. */
export interface AddressFilter {
  readonly ifIndex?: number | undefined
  readonly family?: 4 | 6 | undefined
}

/** The addresses of one namespace. Each call is one request, and throws NetlinkError when the kernel refuses it. */
export class Addresses {
  readonly #connection: NetlinkConnection

  constructor(connection: NetlinkConnection) {
    this.#connection = connection
  }

  /** Adds an address to a link; EEXIST when the link has it. */
  add(ifIndex: number, spec: AddressSpec): void {
    this.#connection.change({
      ...encode('RTM_NEWADDR', ifIndex, spec),
      type: RTM_NEWADDR,
      flags: NLM_F_CREATE | NLM_F_EXCL,
    })
  }

  /** Removes an address from a link; EADDRNOTAVAIL when the link does not have it. */
  remove(ifIndex: number, { address }: { readonly address: Cidr }): void {
    this.#connection.change({ ...encode('RTM_DELADDR', ifIndex, { address }), type: RTM_DELADDR })
  }

  /** Addresses in the kernel's order; ENODEV when the link that is asked for does not exist. */
  list({ ifIndex, family }: AddressFilter = {}): Address[] {
    const header = { family: familyNumber(family), index: ifIndex ?? 0 }
    const found = this.#connection.list(
      {
        type: RTM_GETADDR,
        label: `RTM_GETADDR ${ifIndex === undefined ? 'all' : `link ${ifIndex}`}`,
        body: (out) => addressMessage.write({ header, attributes: {} }, out),
      },
      readAddress,
    )
    // Linux < 4.20 does not filter.
    return found.filter(
      (address) =>
        (ifIndex === undefined || address.ifIndex === ifIndex) &&
        (family === undefined || address.address.address.family === family),
    )
  }
}

function encode(verb: string, ifIndex: number, spec: AddressSpec): Pick<KernelRequest, 'label' | 'body'> {
  const { address, length } = spec.address
  const header = { family: familyNumber(address.family), length, scope: spec.scope ?? 0, index: ifIndex }
  const attributes = { local: address, address, broadcast: spec.broadcast, flags: spec.flags }
  return {
    get label() {
      return `${verb} ${formatCidr(spec.address)} link ${ifIndex}`
    },
    body: (out) => addressMessage.write({ header, attributes }, out),
  }
}
