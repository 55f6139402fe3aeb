// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { readObject } from '../decode.ts'
import { specVersion } from '../version.ts'
import { readCidr, readIp, readRoutes } from './parse-fields.ts'
import type { CniIp, CniResult, CniRoute } from './result.ts'

/**
 * The addresses and routes of a result of 0.1.0 or 0.2.0, which has at most one address of each IP family
 * and no interfaces. IPv4 comes first.
 */
export function readLegacyFamilies(result: JsonObject): CniResult {
  const [ip4, ip6] = [readIpConfig(result, 'ip4'), readIpConfig(result, 'ip6')]
  const ips = [...(ip4 ? [ip4.ip] : []), ...(ip6 ? [ip6.ip] : [])]
  const routes = [...(ip4?.routes ?? []), ...(ip6?.routes ?? [])]
  return {
    cniVersion: specVersion,
    ...(ips.length > 0 && { ips }),
    ...(routes.length > 0 && { routes }),
  }
}

function readIpConfig(
  result: JsonObject,
  key: 'ip4' | 'ip6',
): { ip: CniIp; routes: readonly CniRoute[] } | undefined {
  const config = readObject(result, key, '')
  if (config === undefined) return undefined
  const gateway = readIp(config, 'gateway', key)
  return {
    ip: { address: readCidr(config, 'ip', key), ...(gateway && { gateway }) },
    routes: readRoutes(config, key) ?? [],
  }
}
