// SPDX-License-Identifier: Apache-2.0

import { array, description, exactOptional, object, picklist, pipe, string } from 'valibot'
import type { InferOutput } from 'valibot'
import {
  containsIp,
  formatCidr,
  formatIp,
  parseCidr,
  parseIp,
  sameCidr,
  sameIp,
  tryParseCidr,
  tryParseIp,
} from '../../base/index.ts'
import type { Cidr, IpAddress } from '../../base/index.ts'
import { cniErrorCode, CniError, compareVersions } from '../../cni/index.ts'
import type { CniIp, CniResult } from '../../cni/index.ts'
import { requirePrevResult } from '../kit/check-interface.ts'
import { dnsSchema, routeSchema } from '../kit/common-config.ts'
import { resultRoutes } from '../kit/config-routes.ts'
import { definePlugin } from '../kit/define-plugin.ts'
import type { AttachmentCall } from '../kit/plugin-call.ts'
import { requireIpam } from '../kit/require-ipam.ts'
import { optionalText, optionalTexts } from '../kit/schema-fields.ts'

const config = object({
  addresses: exactOptional(
    pipe(
      array(
        object({
          address: pipe(string(), description('Address with prefix length.')),
          gateway: optionalText('Gateway of that network.'),
        }),
      ),
      description('Addresses of the container.'),
    ),
  ),
  routes: exactOptional(pipe(array(routeSchema), description('Routes of the container.'))),
  dns: exactOptional(pipe(dnsSchema, description('DNS settings of the result.'))),
  duplicateAddresses: exactOptional(
    pipe(
      picklist(['refuse', 'warn', 'ignore']),
      description(
        'What to do when another station on the network has the IPv4 address: `refuse` (the default), `warn` or `ignore`.',
      ),
    ),
  ),
})
const runtimeConfig = object({ ips: optionalTexts('Addresses with prefix length, in place of all others.') })
const configArgs = object({ ips: optionalTexts('Addresses with prefix length, in place of those before.') })

type Call = AttachmentCall<
  InferOutput<typeof config>,
  InferOutput<typeof runtimeConfig>,
  InferOutput<typeof configArgs>
>

interface StaticAddress {
  readonly address: Cidr
  readonly gateway?: IpAddress | undefined
}

/** The addresses that the configuration or the runtime names; nothing is reserved (spec §3.2). */
export const staticIpam = definePlugin({
  name: 'static',
  kind: 'ipam',
  about: 'Gives the addresses that the configuration or the runtime names, and keeps no record of them.',
  config,
  runtimeConfig,
  configArgs,
  environmentArgs: ['IP', 'GATEWAY'],

  add(call): CniResult {
    requireIpam(call)
    const addresses = readAddresses(call)
    checkFamilies(addresses, call.cniVersion)
    const { dns } = call.config
    return {
      ips: addresses.map(formatAddress),
      routes: resultRoutes(call.config.routes),
      ...(dns !== undefined && { dns }),
    }
  },

  del(): void {
    // Nothing is kept, so there is nothing to release.
  },

  check(call): void {
    const { ips = [] } = requirePrevResult(call)
    for (const { address, gateway } of readAddresses(call)) {
      if (gateway === undefined) continue
      const given = ips.find((ip) => sameCidr(parseCidr(ip.address), address))
      // An address that is not in the result is not this plugin's to miss: upstream lets it pass.
      if (given === undefined || (given.gateway !== undefined && sameIp(parseIp(given.gateway), gateway)))
        continue
      throw refuse(`static: Failed to match addr ${formatIp(address.address)} on interface ${call.ifName}`)
    }
  },
})

function formatAddress({ address, gateway }: StaticAddress): CniIp {
  const text = formatCidr(address)
  return gateway === undefined ? { address: text } : { address: text, gateway: formatIp(gateway) }
}

/** The most specific source replaces the others: the runtime's, those of `args.cni`, else configuration and CNI_ARGS. */
function readAddresses(call: Call): StaticAddress[] {
  const fromArgs = readArgs(call.args)
  const configured = call.configArgs.ips?.map(readEntry)
  const fromRuntime = call.runtimeConfig.ips?.map(readEntry)
  const replacement = [fromRuntime, configured].find((list) => list !== undefined && list.length > 0)
  return replacement ?? [...(call.config.addresses ?? []).map(readConfigured), ...fromArgs]
}

function readConfigured(entry: { address: string; gateway?: string }): StaticAddress {
  const { address: text, gateway } = entry
  const address = tryParseCidr(text)
  if (address === undefined)
    throw refuse(`the 'address' field is expected to be in CIDR notation, got: '${text}'`)
  return { address, gateway: gateway ? parseIp(gateway) : undefined }
}

function readEntry(text: string): StaticAddress {
  const address = tryParseCidr(text)
  if (address === undefined)
    throw refuse(`an entry in the 'ips' field is NOT in CIDR notation, got: '${text}'`)
  return { address }
}

/** CNI_ARGS: lists with commas; each gateway goes to the addresses of CNI_ARGS whose network holds it. */
function readArgs(args: ReadonlyMap<string, string>): StaticAddress[] {
  const addresses = splitList(args.get('IP')).map((text) => {
    const address = tryParseCidr(text)
    if (address === undefined)
      throw refuse(`the 'ip' field is expected to be in CIDR notation, got: '${text}'`)
    return address
  })
  const gateways = splitList(args.get('GATEWAY')).map((text) => {
    const gateway = tryParseIp(text)
    if (gateway === undefined) throw refuse(`invalid gateway address: ${text}`)
    return gateway
  })
  return addresses.map((address) => ({
    address,
    gateway: gateways.findLast((gateway) => containsIp(address, gateway)),
  }))
}

function splitList(text = ''): string[] {
  return text === '' ? [] : text.split(',').map((item) => item.trim())
}

/** Before 0.3.0 a result holds one address of each family. */
function checkFamilies(addresses: readonly StaticAddress[], cniVersion: string): void {
  const count = (family: 4 | 6) => addresses.filter(({ address }) => address.address.family === family).length
  if (compareVersions(cniVersion, '0.3.0') >= 0 || (count(4) <= 1 && count(6) <= 1)) return
  throw refuse(`CNI version ${cniVersion} does not support more than 1 address per family`)
}

function refuse(text: string): CniError {
  return new CniError(cniErrorCode.internal, text, { id: 'config/invalid' })
}
