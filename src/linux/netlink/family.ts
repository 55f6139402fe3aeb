// SPDX-License-Identifier: Apache-2.0

import { AF_INET, AF_INET6, AF_UNSPEC } from './constants/netlink.ts'

/** The kernel's number of an address family; AF_UNSPEC, which asks for all, when absent. */
export function familyNumber(family: 4 | 6 | undefined): number {
  if (family === undefined) return AF_UNSPEC
  return family === 4 ? AF_INET : AF_INET6
}

/** The address family of a kernel's number; undefined for those that have no IP addresses. */
export function familyOf(number: number): 4 | 6 | undefined {
  if (number === AF_INET) return 4
  return number === AF_INET6 ? 6 : undefined
}
