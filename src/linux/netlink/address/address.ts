// SPDX-License-Identifier: Apache-2.0

import type { Cidr, IpAddress } from '../../../base/index.ts'
import { malformed } from '../codec/payload.ts'
import { IFA_F_DADFAILED, IFA_F_TENTATIVE } from '../constants/address.ts'
import { addressMessage } from './address-message.ts'

/** An address of a link. */
export interface Address {
  readonly ifIndex: number
  readonly address: Cidr
  /** RT_SCOPE_* */
  readonly scope: number
  /** IFA_F_* */
  readonly flags: number
  readonly label?: string
  readonly broadcast?: IpAddress
  /** Duplicate address detection has not ended yet. */
  readonly tentative: boolean
  /** Duplicate address detection found another user of the address. */
  readonly dadFailed: boolean
}

/** The address in the body of an RTM_NEWADDR. @throws PlaitError when it is malformed. */
export function readAddress(bytes: Buffer, start: number, end: number): Address {
  const { header, attributes } = addressMessage.read(bytes, start, end, false)
  // IFA_ADDRESS is the other end on a point-to-point link, and the only one that IPv6 gives otherwise.
  const address = attributes.local ?? attributes.address
  if (address === undefined) throw malformed('an address message without an address')
  const flags = attributes.flags ?? header.flags
  return {
    ifIndex: header.index,
    address: { address, length: header.length },
    scope: header.scope,
    flags,
    tentative: (flags & IFA_F_TENTATIVE) !== 0,
    dadFailed: (flags & IFA_F_DADFAILED) !== 0,
    ...(attributes.label === undefined ? {} : { label: attributes.label }),
    ...(attributes.broadcast === undefined ? {} : { broadcast: attributes.broadcast }),
  }
}
