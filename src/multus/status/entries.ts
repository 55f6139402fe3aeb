// SPDX-License-Identifier: Apache-2.0

import { formatIp, parseCidr, tryParseCidr } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { CniDns, CniInterface, CniIp, CniResult } from '../../cni/index.ts'
import { defaultFamilyOf } from '../attach/default-route.ts'

/** One entry of the annotation `network-status`; the keys are those of the JSON, in its order (§5.12). */
export interface NetworkStatus {
  readonly name: string
  readonly interface?: string
  readonly ips?: readonly string[]
  readonly mac?: string
  readonly mtu?: number
  readonly default?: true
  readonly dns: CniDns
  readonly 'device-info'?: JsonObject
  readonly gateway?: readonly string[]
}

/** What a status entry says besides the result itself. */
export interface StatusContext {
  /** Display name of the delegate. */
  readonly name: string
  /** The interface name that the delegate was executed with. */
  readonly interfaceName: string
  readonly master: boolean
  readonly deviceInfo?: JsonObject | undefined
}

/**
 * The status entries of one attachment: one for a result with one interface (STS-3), else one per
 * interface inside the pod (STS-4). A result with addresses but without interfaces, as CNI 0.2.0 has
 * them, gets one under the interface name that was asked for; upstream gives none (BUG-30).
 */
export function statusEntries(result: CniResult, context: StatusContext): readonly NetworkStatus[] {
  const interfaces = result.interfaces ?? []
  if (interfaces.length === 0) return withoutInterfaces(result, context)
  const [only] = interfaces
  if (interfaces.length === 1 && only !== undefined) {
    return [
      entry(result, context, {
        link: inPod(only) ? only : undefined,
        ips: result.ips ?? [],
        isDefault: true,
      }),
    ]
  }
  return perInterface(result, context, interfaces)
}

function withoutInterfaces(result: CniResult, context: StatusContext): readonly NetworkStatus[] {
  const ips = result.ips ?? []
  if (ips.length === 0) return []
  return [entry(result, context, { link: { name: context.interfaceName }, ips, isDefault: true })]
}

function perInterface(
  result: CniResult,
  context: StatusContext,
  interfaces: readonly CniInterface[],
): readonly NetworkStatus[] {
  const places = [...interfaces.keys()].filter((place) => inPod(interfaces[place]))
  const chosen = defaultPlace(result.ips ?? [], places)
  return places.map((place, index) => {
    const isLast = index === places.length - 1
    const ips = (result.ips ?? []).filter((ip) =>
      ip.interface === undefined ? isLast : ip.interface === place,
    )
    return entry(result, context, { link: interfaces[place], ips, isDefault: place === chosen })
  })
}

// The interface of the first address with a gateway is the default one, even when it is not in the pod:
// then no entry is.
function defaultPlace(ips: readonly CniIp[], places: readonly number[]): number | undefined {
  return (
    ips.find(({ interface: place, gateway }) => place !== undefined && gateway !== undefined)?.interface ??
    places[0]
  )
}

function inPod(link: CniInterface | undefined): boolean {
  return link?.sandbox !== undefined && link.sandbox !== ''
}

interface EntryParts {
  readonly link: CniInterface | undefined
  readonly ips: readonly CniIp[]
  readonly isDefault: boolean
}

function entry(
  result: CniResult,
  context: StatusContext,
  { link, ips, isDefault }: EntryParts,
): NetworkStatus {
  const gateways = gatewaysOf(result)
  return {
    name: context.name,
    ...(link?.name && { interface: link.name }),
    ...(ips.length > 0 && { ips: ips.map(({ address }) => formatIp(parseCidr(address).address)) }),
    ...(link?.mac && { mac: link.mac }),
    ...(link?.mtu && { mtu: link.mtu }),
    ...(context.master && isDefault && { default: true as const }),
    dns: dnsOf(result.dns ?? {}),
    ...(context.deviceInfo && { 'device-info': context.deviceInfo }),
    ...(gateways.length > 0 && { gateway: gateways }),
  }
}

/**
 * The next hops of the default routes of a result. A default route that names none goes through the
 * gateway of the addresses of its family, as the CNI specification has it; upstream writes `<nil>`
 * (STS-6, BUG-29).
 */
function gatewaysOf({ routes = [], ips = [] }: CniResult): readonly string[] {
  return routes.flatMap(({ dst, gw }) => {
    const family = defaultFamilyOf(dst)
    if (family === undefined) return []
    return (
      gw ?? ips.find((ip) => ip.gateway && tryParseCidr(ip.address)?.address.family === family)?.gateway ?? []
    )
  })
}

function dnsOf({ nameservers, domain, search, options }: CniDns): CniDns {
  return {
    ...(nameservers?.length && { nameservers }),
    ...(domain && { domain }),
    ...(search?.length && { search }),
    ...(options?.length && { options }),
  }
}
