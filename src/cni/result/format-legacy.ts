// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../error.ts'
import type { CniIp, CniResult, CniRoute } from './result.ts'

/**
 * The `ip4` and `ip6` of a result of 0.1.0 or 0.2.0: the first address of each IP family, and the routes of
 * that family. Further addresses, interfaces and whatever a route says besides its gateway are lost.
 *
 * @throws CniError 999 when there is no address.
 */
export function formatLegacyFamilies({ ips = [], routes = [] }: CniResult): JsonObject {
  const ip4 = ips.find(({ address }) => isIpv4(address))
  const ip6 = ips.find(({ address }) => !isIpv4(address))
  if (ip4 === undefined && ip6 === undefined) {
    const message = 'cannot convert: no valid IP addresses'
    throw new CniError(cniErrorCode.internal, message, { id: 'cni/result-invalid' })
  }
  return {
    ...(ip4 && {
      ip4: formatIpConfig(
        ip4,
        routes.filter(({ dst }) => isIpv4(dst)),
      ),
    }),
    ...(ip6 && {
      ip6: formatIpConfig(
        ip6,
        routes.filter(({ dst }) => !isIpv4(dst)),
      ),
    }),
  }
}

/** Whether the text of an address or CIDR, which is known to be valid, is IPv4; mapped addresses are. */
export function isIpv4(address: string): boolean {
  return !address.includes(':') || /^::ffff:\d+\./i.test(address)
}

function formatIpConfig({ address, gateway }: CniIp, routes: readonly CniRoute[]): JsonObject {
  return {
    ip: address,
    ...(gateway && { gateway }),
    ...(routes.length > 0 && { routes: routes.map(({ dst, gw }) => ({ dst, ...(gw && { gw }) })) }),
  }
}
