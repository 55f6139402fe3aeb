// SPDX-License-Identifier: Apache-2.0

import { formatGoJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { defaultVersion, specVersion } from '../version.ts'
import { findFamily } from './family.ts'
import { formatLegacyFamilies, isIpv4 } from './format-legacy.ts'
import type { CniDns, CniInterface, CniIp, CniResult, CniRoute } from './result.ts'

/**
 * The JSON object of a result in a version, keys in the order of the Go library: from 1.0.0 on sorted at every
 * level and without an empty `dns`, before that as declared and always with `dns`.
 *
 * @throws CniError 1 for an unknown version; 999 when the version cannot say it, which for 0.1.0 and 0.2.0 is
 * a result without an address.
 */
export function resultToVersion(result: CniResult, version: string): JsonObject {
  const cniVersion = version || defaultVersion
  switch (findFamily(cniVersion)) {
    case 'current':
      return formatCurrent(result, cniVersion)
    case 'ips-with-version':
      return formatWithVersion(result, cniVersion)
    case 'ip4-ip6':
      return { cniVersion, ...formatLegacyFamilies(result), dns: formatDeclaredDns(result.dns) }
    case undefined: {
      const message = `no converter for CNI result version ${specVersion} to ${version}`
      throw new CniError(cniErrorCode.incompatibleVersion, message, { id: 'cni/version-unsupported' })
    }
  }
}

/**
 * The JSON object of a result that a plugin gave for a configuration of `version`. Unlike one that has to be
 * converted, a result of 0.1.0 or 0.2.0 may lack addresses.
 *
 * @throws CniError
 */
export function normalizeResult(result: CniResult, version: string): JsonObject {
  if (result.ips?.length || findFamily(version) !== 'ip4-ip6') return resultToVersion(result, version)
  return { cniVersion: version || defaultVersion, dns: formatDeclaredDns(result.dns) }
}

/**
 * The text that a plugin prints: {@link resultToVersion} with 4 blanks per level and no newline at the end.
 *
 * @throws CniError
 */
export function formatResult(result: CniResult, version: string): string {
  return formatGoJson(resultToVersion(result, version), { indent: 4 })
}

function formatCurrent({ interfaces, ips, routes, dns }: CniResult, cniVersion: string): JsonObject {
  const sortedDns = formatSortedDns(dns)
  return {
    cniVersion,
    ...(Object.keys(sortedDns).length > 0 && { dns: sortedDns }),
    ...(interfaces?.length && { interfaces: interfaces.map(formatInterface) }),
    ...(ips?.length && { ips: ips.map(formatIp) }),
    ...(routes?.length && { routes: routes.map(formatRoute) }),
  }
}

function formatInterface({ name, mac, mtu, sandbox, socketPath, pciID }: CniInterface): JsonObject {
  return {
    ...(mac && { mac }),
    ...(mtu && { mtu }),
    name,
    ...(pciID && { pciID }),
    ...(sandbox && { sandbox }),
    ...(socketPath && { socketPath }),
  }
}

function formatIp({ interface: index, address, gateway }: CniIp): JsonObject {
  return { address, ...(gateway && { gateway }), ...(index !== undefined && { interface: index }) }
}

function formatRoute({ dst, gw, mtu, advmss, priority, table, scope }: CniRoute): JsonObject {
  return {
    ...(advmss && { advmss }),
    dst,
    ...(gw && { gw }),
    ...(mtu && { mtu }),
    ...(priority && { priority }),
    ...(scope !== undefined && { scope }),
    ...(table !== undefined && { table }),
  }
}

function formatSortedDns({ nameservers, domain, search, options }: CniDns = {}): JsonObject {
  return {
    ...(domain && { domain }),
    ...(nameservers?.length && { nameservers }),
    ...(options?.length && { options }),
    ...(search?.length && { search }),
  }
}

function formatWithVersion({ interfaces, ips, routes, dns }: CniResult, cniVersion: string): JsonObject {
  return {
    cniVersion,
    ...(interfaces?.length && { interfaces: interfaces.map(formatDeclaredInterface) }),
    ...(ips?.length && { ips: ips.map(formatVersionedIp) }),
    ...(routes?.length && { routes: routes.map(formatDeclaredRoute) }),
    dns: formatDeclaredDns(dns),
  }
}

function formatDeclaredInterface({ name, mac, sandbox }: CniInterface): JsonObject {
  return { name, ...(mac && { mac }), ...(sandbox && { sandbox }) }
}

function formatVersionedIp({ interface: index, address, gateway }: CniIp): JsonObject {
  return {
    version: isIpv4(address) ? '4' : '6',
    ...(index !== undefined && { interface: index }),
    address,
    ...(gateway && { gateway }),
  }
}

function formatDeclaredRoute({ dst, gw, mtu, advmss, priority, table, scope }: CniRoute): JsonObject {
  return {
    dst,
    ...(gw && { gw }),
    ...(mtu && { mtu }),
    ...(advmss && { advmss }),
    ...(priority && { priority }),
    ...(table !== undefined && { table }),
    ...(scope !== undefined && { scope }),
  }
}

function formatDeclaredDns({ nameservers, domain, search, options }: CniDns = {}): JsonObject {
  return {
    ...(nameservers?.length && { nameservers }),
    ...(domain && { domain }),
    ...(search?.length && { search }),
    ...(options?.length && { options }),
  }
}
