// SPDX-License-Identifier: Apache-2.0

import {
  containsIp,
  firstIp,
  formatCidr,
  formatIp,
  isDefaultRoute,
  networkOf,
  offsetIp,
  parseCidr,
  parseIp,
  sameCidr,
} from '../../../base/index.ts'
import type { Cidr } from '../../../base/index.ts'
import type { CniIp, CniResult, CniRoute } from '../../../cni/index.ts'
import { NetlinkError } from '../../../linux/index.ts'
import type { Link } from '../../../linux/index.ts'
import { attempt } from '../../kit/attempt.ts'
import { enableForwarding } from '../../kit/ip-forward.ts'
import type { AddCall } from '../../kit/plugin-call.ts'
import { hasPorts } from './bridge-link.ts'
import { isGateway } from './config.ts'
import type { BridgeConfig } from './config.ts'

const everything = { 4: '0.0.0.0/0', 6: '::/0' } as const

/** The allocated addresses on interface 2, each with its gateway, and the default routes that the config asks for. */
export function planGateways(config: BridgeConfig, allocated: CniResult): Pick<CniResult, 'ips' | 'routes'> {
  const ips = (allocated.ips ?? []).map((ip) => ({ ...ip, ...gatewayOf(config, ip), interface: 2 }))
  if (config.isDefaultGateway !== true) return { ips, ...(allocated.routes && { routes: allocated.routes }) }
  const routes: CniRoute[] = [...(allocated.routes ?? [])]
  for (const { address, gateway } of ips) {
    const dst = everything[parseCidr(address).address.family]
    const present = routes.some((route) => route.dst === dst && route.gw !== undefined)
    if (gateway !== undefined && !present) routes.push({ dst, gw: gateway })
  }
  return { ips, routes: withoutShadowed(routes) }
}

/** A default route without a gateway would collide with the one that was added for the same family. */
function withoutShadowed(routes: readonly CniRoute[]): CniRoute[] {
  const named = new Set(routes.filter((one) => one.gw !== undefined && isDefault(one)).map(({ dst }) => dst))
  return routes.filter((route) => route.gw !== undefined || !named.has(route.dst))
}

function isDefault({ dst }: CniRoute): boolean {
  return isDefaultRoute(parseCidr(dst))
}

function gatewayOf(config: BridgeConfig, { address, gateway }: CniIp): { gateway?: string } {
  if (gateway !== undefined) return { gateway }
  return isGateway(config) ? { gateway: formatIp(offsetIp(firstIp(parseCidr(address)), 1)) } : {}
}

/** The bridge, and the port on it that the ADD has made. */
export interface GatewayPlace {
  readonly bridge: Link
  /** Its name. */
  readonly port: string
}

/** Puts the gateway addresses of a result on the bridge and lets the node forward their families. */
export function installGateways(
  call: AddCall<BridgeConfig>,
  place: GatewayPlace,
  ips: readonly CniIp[],
): void {
  for (const family of [4, 6] as const) {
    const wanted = ips.flatMap(({ address, gateway }) => {
      const { length } = parseCidr(address)
      const ip = gateway === undefined ? undefined : parseIp(gateway)
      return ip?.family === family ? [{ address: ip, length }] : []
    })
    for (const address of wanted) ensureAddress(call, place, address)
    if (wanted.length > 0) enableForwarding(call.host, family)
  }
}

/** Upstream's rule: another IPv4 address, or an IPv6 one whose subnet overlaps, is in the way. */
function ensureAddress(call: AddCall<BridgeConfig>, place: GatewayPlace, wanted: Cidr): void {
  const { host, config } = call
  const { bridge } = place
  const { family } = wanted.address
  const present = host.addresses.list({ ifIndex: bridge.index, family })
  if (present.some(({ address }) => sameCidr(address, wanted))) return
  for (const other of present) {
    if (family === 6 && !overlaps(other.address, wanted)) continue
    if (config.forceAddress !== true) {
      throw new Error(
        `${JSON.stringify(bridge.name)} already has an IP address different from ${formatCidr(wanted)}: it has ` +
          `${formatCidr(other.address)}; set "forceAddress", or give the network a bridge of its own`,
      )
    }
    host.addresses.remove(bridge.index, { address: other.address })
    call.undo(`address ${formatCidr(other.address)} of ${bridge.name}`, () => {
      host.addresses.add(bridge.index, { address: other.address })
    })
  }
  addAddress(call, place, wanted)
}

function addAddress(call: AddCall<BridgeConfig>, { bridge, port }: GatewayPlace, address: Cidr): void {
  const { host } = call
  const text = formatCidr(address)
  attempt(`could not add IP address to ${JSON.stringify(bridge.name)}`, () => {
    try {
      host.addresses.add(bridge.index, { address })
    } catch (error) {
      if (error instanceof NetlinkError && error.code === 'EEXIST') return
      throw error
    }
    call.undo(`address ${text} of ${bridge.name}`, () => {
      if (host.links.byIndex(bridge.index) !== undefined && !hasPorts(host, bridge, port)) {
        host.addresses.remove(bridge.index, { address })
      }
    })
  })
  // Setting the MAC that it has pins it; else the bridge would take that of each new lowest port.
  if (bridge.mac !== undefined) host.links.set(bridge.index, { mac: bridge.mac })
}

function overlaps(a: Cidr, b: Cidr): boolean {
  return containsIp(networkOf(a), b.address) || containsIp(networkOf(b), a.address)
}
