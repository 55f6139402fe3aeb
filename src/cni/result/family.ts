// SPDX-License-Identifier: Apache-2.0

import { goQuote } from '../go-quote.ts'
import { CniError, cniErrorCode } from '../error.ts'

/** Versions whose results have the same shape, by what tells the shapes apart. */
export type ResultFamily = 'ip4-ip6' | 'ips-with-version' | 'current'

/** The versions of each shape as the Go library lists them; a result of the oldest shape may name none. */
export const familyVersions: Readonly<Record<ResultFamily, readonly string[]>> = {
  'ip4-ip6': ['', '0.1.0', '0.2.0'],
  'ips-with-version': ['0.3.0', '0.3.1', '0.4.0'],
  current: ['1.0.0', '1.1.0'],
}

const families: readonly ResultFamily[] = ['current', 'ips-with-version', 'ip4-ip6']

/** The shape of results of a version; undefined when there is no such version. */
export function findFamily(version: string): ResultFamily | undefined {
  return families.find((family) => familyVersions[family].includes(version))
}

/** The shape of results of a version. @throws CniError 1 when there is no such version. */
export function familyOf(version: string): ResultFamily {
  const family = findFamily(version)
  if (family !== undefined) return family
  const message = `unsupported CNI result version ${goQuote(version)}`
  throw new CniError(cniErrorCode.incompatibleVersion, message, { id: 'cni/version-unsupported' })
}
