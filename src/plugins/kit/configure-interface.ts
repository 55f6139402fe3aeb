// SPDX-License-Identifier: Apache-2.0

import { setImmediate } from 'node:timers/promises'
import { broadcastOf, formatIp, parseCidr, parseIp } from '../../base/index.ts'
import type { Cidr, IpAddress } from '../../base/index.ts'
import type { CniResult, CniRoute } from '../../cni/index.ts'
import { RT_SCOPE_LINK, RT_SCOPE_UNIVERSE, RT_TABLE_MAIN } from '../../linux/index.ts'
import type { Link, Namespace } from '../../linux/index.ts'
import { attempt } from './attempt.ts'

const settleTimeoutMs = 5_000
// A network may have thousands of routes, and the other pods of the node wait while they are made.
const routesPerTurn = 64

/** Where a result is to be applied. */
export interface InterfaceTarget {
  readonly container: Namespace
  readonly ifName: string
  /** The interface, where the caller knows how it stands. */
  readonly link?: Link
  readonly signal: AbortSignal
}

/**
 * Gives an interface of the container the addresses and routes of a result and brings it up (spec §2.0.6). Unlike
 * upstream, the MTU and MSS of routes take effect.
 *
 * @throws Error with Go's texts.
 */
export async function configureInterface(target: InterfaceTarget, result: CniResult): Promise<void> {
  const { container, ifName, signal } = target
  if (result.interfaces === undefined || result.interfaces.length === 0)
    throw new Error('no interfaces to configure')
  const link = target.link ?? container.links.get(ifName)
  if (link === undefined) throw new Error(`failed to lookup ${JSON.stringify(ifName)}: Link not found`)
  const gateways = addAddresses(target, link, result)
  attempt(`failed to set ${JSON.stringify(ifName)} UP`, () => bringUp(container, link, result))
  if (gateways[6] !== undefined) {
    await container.waitForAddresses(link.index, { timeoutMs: settleTimeoutMs, signal })
  }
  for (const [index, route] of (result.routes ?? []).entries()) {
    if (index % routesPerTurn === routesPerTurn - 1) await setImmediate(undefined, { signal })
    addRoute(container, link, { route, gateways })
  }
}

/** The kernel announces addresses when a link comes up (arp_notify); one that was up already is announced here. */
function bringUp(container: Namespace, link: Link, result: CniResult): void {
  if (!link.up) {
    container.links.set(link.index, { up: true })
  } else if (link.mac !== undefined) {
    const addresses = (result.ips ?? []).map(({ address }) => parseCidr(address).address)
    container.announce(link.index, link.mac, addresses)
  }
}

type Gateways = Partial<Record<4 | 6, IpAddress>>

function addAddresses({ container, ifName }: InterfaceTarget, link: Link, result: CniResult): Gateways {
  const gateways: Gateways = {}
  let preparedForIpv6 = false
  for (const ip of result.ips ?? []) {
    if (ip.interface === undefined) continue
    const failure = `failed to add IP addr ${ip.address} to ${JSON.stringify(ifName)}`
    if (result.interfaces?.[ip.interface]?.name !== ifName)
      throw new Error(`${failure}: invalid interface index`)
    const address = parseCidr(ip.address)
    if (address.address.family === 6 && !preparedForIpv6) {
      prepareIpv6(container, ifName)
      preparedForIpv6 = true
    }
    attempt(failure, () => addAddress(container, link, address))
    if (ip.gateway) gateways[address.address.family] ??= parseIp(ip.gateway)
  }
  return gateways
}

function addAddress(container: Namespace, link: Link, address: Cidr): void {
  container.addresses.add(link.index, { address, broadcast: broadcastOf(address) })
}

/** An interface made while IPv6 was switched off for new ones could not take an address; those it has survive a link down. */
function prepareIpv6(container: Namespace, ifName: string): void {
  for (const name of ['lo', ifName]) {
    const key = `net/ipv6/conf/${name}/disable_ipv6`
    const value = container.readSysctl(key)
    if (value === undefined || value.trim() === '0') continue
    attempt(`failed to enable IPv6 for interface ${JSON.stringify(name)} (${key}=${value.trim()})`, () =>
      container.writeSysctl(key, '0'),
    )
  }
  attempt(`failed to enable keep_addr_on_down for interface ${JSON.stringify(ifName)}`, () =>
    container.writeSysctl(`net/ipv6/conf/${ifName}/keep_addr_on_down`, '1'),
  )
}

function addRoute(
  container: Namespace,
  link: Link,
  { route, gateways }: { route: CniRoute; gateways: Gateways },
): void {
  const dst = parseCidr(route.dst)
  const { priority, mtu, advmss, table = RT_TABLE_MAIN, scope = RT_SCOPE_UNIVERSE } = route
  // What is on the link, or on the host itself, is behind no gateway; upstream sends one and is refused.
  const usual = scope >= RT_SCOPE_LINK ? undefined : gateways[dst.address.family]
  const gateway = route.gw ? parseIp(route.gw) : usual
  const via = gateway === undefined ? '<nil>' : formatIp(gateway)
  const text = `${route.dst} via ${via} dev ${link.name} metric ${priority ?? 0} (Scope: ${scope}, Table: ${table})`
  attempt(`failed to add route '${text}'`, () =>
    // Several routes to one destination are allowed, so no NLM_F_EXCL.
    container.routes.append({
      dst,
      ifIndex: link.index,
      table,
      scope,
      gateway,
      priority: priority || undefined,
      mtu: mtu || undefined,
      advmss: advmss || undefined,
    }),
  )
}
