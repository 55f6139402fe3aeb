// SPDX-License-Identifier: Apache-2.0

import { object } from 'valibot'
import type { InferOutput } from 'valibot'
import { parseCidr, parseIp, tryParseIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { cniErrorCode, CniError } from '../../../cni/index.ts'
import type { CniResult } from '../../../cni/index.ts'
import { optionalCount, optionalSwitch, optionalTexts } from '../../kit/schema-fields.ts'
import type { SourceAddress } from './plan.ts'

/** The keys of the `sbr` plugin (spec §4.1). */
export const sbrSchema = object({
  table: optionalCount('An existing table; only rules to it are made, and no routes.'),
  gateways: optionalTexts('Gateways for addresses that have none of their own, at most one for each family.'),
  addSourceHints: optionalSwitch(
    'Connected routes of table main name the address as their preferred source.',
  ),
})

/** The decoded keys of the plugin. */
export type SbrConfig = InferOutput<typeof sbrSchema>

/**
 * The gateways of the configuration by family.
 *
 * @throws CniError with Go's texts.
 */
export function parseGateways({ gateways = [] }: SbrConfig): Partial<Record<4 | 6, IpAddress>> {
  if (gateways.length > 2)
    throw invalid('gateways list cannot contain more than 2 entries (one IPv4, one IPv6)')
  const found: Partial<Record<4 | 6, IpAddress>> = {}
  for (const text of gateways) {
    const ip = tryParseIp(text)
    if (ip === undefined) throw invalid(`invalid static gateway IP address: ${text}`)
    if (found[ip.family] !== undefined) {
      const both = gateways.filter((other) => tryParseIp(other)?.family === ip.family)
      throw invalid(`gateways list contains multiple IPv${ip.family} addresses: ${both.join(' and ')}`)
    }
    found[ip.family] = ip
  }
  return found
}

/**
 * The addresses of a result that are on the interface, each with its gateway.
 *
 * @throws CniError with Go's text when there is none, or when the gateways of the configuration are unusable.
 */
export function sourceAddresses(config: SbrConfig, result: CniResult, ifName: string): SourceAddress[] {
  const { ips = [], interfaces = [] } = result
  const gateways = parseGateways(config)
  const own = ips.filter((ip) => ip.interface === undefined || interfaces[ip.interface]?.name === ifName)
  if (own.length === 0) throw invalid(`No IP addresses supplied on interface: ${ifName}`)
  return own.map((ip) => {
    const address = parseCidr(ip.address)
    const gateway =
      gateways[address.address.family] ?? (ip.gateway === undefined ? undefined : parseIp(ip.gateway))
    return { address, ...(gateway !== undefined && { gateway }) }
  })
}

function invalid(text: string): CniError {
  return new CniError(cniErrorCode.invalidConfig, text, { id: 'config/invalid' })
}
