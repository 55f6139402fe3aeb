// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { compareIp, formatIp, parseCidr, tryParseCidr, tryParseIp, type IpAddress } from '../../base/index.ts'

/** Addresses from `first` to `last`, both included, each with the given prefix length. */
export interface AddressRange {
  readonly first: IpAddress
  readonly last: IpAddress
  readonly length: number
}

/** Reads `10.1.10.200-10.1.10.250/24`, or `192.168.0.20/24` for exactly one address; undefined for other text. */
export function tryParseRange(text: string): AddressRange | undefined {
  const [head = '', tail] = text.split('-', 2)
  const cidr = tryParseCidr(tail ?? head)
  const first = tail === undefined ? cidr?.address : tryParseIp(head)
  if (cidr === undefined || first === undefined || first.family !== cidr.address.family) return undefined
  return { first, last: cidr.address, length: cidr.length }
}

/** Schema of a range in `expect.yaml`. */
export const addressRange = v.pipe(
  v.string(),
  v.transform(tryParseRange),
  v.custom<AddressRange>(
    (range) => range !== undefined,
    'give an address such as 10.1.10.5/24 or a range such as 10.1.10.200-10.1.10.250/24',
  ),
)

/** Whether an address with prefix length (`10.1.10.203/24`) lies in the range and has its length. */
export function isInRange(cidr: string, { first, last, length }: AddressRange): boolean {
  const { address, length: actual } = parseCidr(cidr)
  return (
    address.family === first.family &&
    actual === length &&
    compareIp(address, first) >= 0 &&
    compareIp(address, last) <= 0
  )
}

/** As it is written in `expect.yaml`. */
export function formatRange({ first, last, length }: AddressRange): string {
  const end = `${formatIp(last)}/${length}`
  return compareIp(first, last) === 0 ? end : `${formatIp(first)}-${end}`
}
