// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { parseJson } from '../../base/index.ts'
import type { World } from './world.ts'

type Asker = Pick<World, 'run'>

/** An interface as `ip` shows it. */
export interface ObservedInterface {
  readonly name: string
  /** `macvlan`, `veth`, …; undefined for lo and for hardware. */
  readonly kind: string | undefined
  readonly mac: string | undefined
  readonly mtu: number
  readonly up: boolean
  /** With prefix length; link-local ones are left out. */
  readonly addresses: readonly string[]
}

/** A route as `ip` shows it. */
export interface ObservedRoute {
  readonly dst: string
  readonly dev: string | undefined
  readonly gateway: string | undefined
  readonly prefsrc: string | undefined
}

/** A policy rule as `ip` shows it. */
export interface ObservedRule {
  readonly src: string
  readonly table: string
}

const ipAddressList = v.array(
  v.object({
    ifname: v.string(),
    flags: v.array(v.string()),
    mtu: v.number(),
    address: v.optional(v.string()),
    linkinfo: v.optional(v.object({ info_kind: v.optional(v.string()) })),
    addr_info: v.optional(
      v.array(
        v.object({
          local: v.optional(v.string()),
          prefixlen: v.optional(v.number()),
          scope: v.optional(v.string()),
        }),
      ),
      [],
    ),
  }),
)

const ipRouteList = v.array(
  v.object({
    dst: v.string(),
    dev: v.optional(v.string()),
    gateway: v.optional(v.string()),
    prefsrc: v.optional(v.string()),
  }),
)

const ipRuleList = v.array(v.object({ src: v.string(), table: v.string() }))

/** The interfaces of a network namespace, by `ip -j -d address`. */
export async function observeInterfaces(world: Asker, netns: string): Promise<ObservedInterface[]> {
  const list = v.parse(ipAddressList, await askIp(world, netns, ['-d', 'address', 'show']))
  return list.map((link) => ({
    name: link.ifname,
    kind: link.linkinfo?.info_kind,
    mac: link.address,
    mtu: link.mtu,
    up: link.flags.includes('UP'),
    addresses: link.addr_info.flatMap(({ local, prefixlen, scope }) =>
      local === undefined || scope === 'link' ? [] : [`${local}/${prefixlen}`],
    ),
  }))
}

/** The route that the kernel would take, by `ip -j route get`; `from` is the source address of the traffic, if any. */
export async function observeRouteTo(
  world: Asker,
  netns: string,
  { to, from }: { readonly to: string; readonly from?: string | undefined },
): Promise<ObservedRoute | undefined> {
  const answer = await askIp(world, netns, [
    'route',
    'get',
    to,
    ...(from === undefined ? [] : ['from', from]),
  ])
  return read(answer)[0]
}

/** The routes that `ip` shows for words such as `-4 route show default table 100`. */
export async function observeRoutes(
  world: Asker,
  netns: string,
  words: readonly string[],
): Promise<ObservedRoute[]> {
  return read(await askIp(world, netns, words))
}

/** The policy rules of one address family, by `ip -j rule`. */
export async function observeRules(world: Asker, netns: string, family: 4 | 6): Promise<ObservedRule[]> {
  return v.parse(ipRuleList, await askIp(world, netns, [`-${family}`, 'rule', 'show']))
}

function read(answer: unknown): ObservedRoute[] {
  return v
    .parse(ipRouteList, answer)
    .map(({ dst, dev, gateway, prefsrc }) => ({ dst, dev, gateway, prefsrc }))
}

async function askIp(world: Asker, netns: string, argv: readonly string[]): Promise<unknown> {
  const text = await world.run(netns, ['ip', '-j', ...argv])
  return text.trim() === '' ? [] : parseJson(text)
}
