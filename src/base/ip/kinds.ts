// SPDX-License-Identifier: Apache-2.0

import type { IpAddress } from './address.ts'

/** Whether it is `0.0.0.0` or `::`. */
export function isUnspecified({ value }: IpAddress): boolean {
  return value === 0n
}

/** Whether it is in `127.0.0.0/8` or is `::1`. */
export function isLoopback({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n
}

/** Whether it is in `224.0.0.0/4` or `ff00::/8`. */
export function isMulticast({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 28n === 0xen : value >> 120n === 0xffn
}

/** Whether it is a link-local unicast address: `169.254.0.0/16` or `fe80::/10`. */
export function isLinkLocal({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan
}
