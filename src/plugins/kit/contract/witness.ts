// SPDX-License-Identifier: Apache-2.0

// What a namespace holds, as `ip` and `nft` see it: an independent eye on what the plugins do.

import { execFileSync } from 'node:child_process'
import { formatGoJson, isJsonObject, parseJson } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import type { Namespace } from '../../../linux/index.ts'

const questions = [
  ['link', ['-d', 'link', 'show']],
  ['address', ['address', 'show']],
  ['route', ['route', 'show', 'table', 'all']],
  ['route6', ['-6', 'route', 'show', 'table', 'all']],
  ['rule', ['rule', 'show']],
  ['rule6', ['-6', 'rule', 'show']],
] as const

/** Text that is equal for two moments in which a namespace held the same links, addresses, routes, rules and nft rules. */
export function describeNamespace(namespace: Namespace): string {
  const parts = questions.map(([name, args]) => [name, ask(namespace, 'ip', ['-j', ...args])] as const)
  const links = listOf(parts, 'link').map(describeLink)
  const addresses = listOf(parts, 'address').flatMap(describeAddresses)
  const routes = [...listOf(parts, 'route'), ...listOf(parts, 'route6')].filter(isLasting).map(describeRoute)
  const rules = [...listOf(parts, 'rule'), ...listOf(parts, 'rule6')].map((rule) => formatGoJson(rule))
  const ruleset = ask(namespace, 'nft', ['-j', 'list', 'ruleset']).map(describeNftObject)
  return [...links, ...addresses, ...routes, ...rules, ...ruleset].toSorted().join('\n')
}

function ask(namespace: Namespace, command: string, args: readonly string[]): readonly JsonValue[] {
  const output = namespace.run(() =>
    execFileSync(command, args, { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  const answer = output.trim() === '' ? [] : parseJson(output)
  const list = isJsonObject(answer) ? answer.nftables : answer
  return Array.isArray(list) ? list : []
}

function listOf(parts: readonly (readonly [string, readonly JsonValue[]])[], wanted: string): JsonObject[] {
  return parts.filter(([name]) => name === wanted).flatMap(([, list]) => list.filter(isJsonObject))
}

/** A bridge takes the lowest MAC of its ports, and carrier comes and goes by itself. */
function describeLink(link: JsonObject): string {
  const info = isJsonObject(link.linkinfo) ? link.linkinfo : {}
  const flags = Array.isArray(link.flags)
    ? link.flags.filter((flag) => flag === 'UP' || flag === 'PROMISC')
    : []
  const address = info.info_kind === 'bridge' ? null : link.address
  const { ifname, mtu, master, group } = link
  return `link ${formatGoJson({ ifname, mtu, master, group, address, flags, kind: info.info_kind })}`
}

function describeAddresses(link: JsonObject): string[] {
  const list = Array.isArray(link.addr_info) ? link.addr_info : []
  return list
    .filter(isJsonObject)
    .filter(({ local }) => !isLinkLocalText(local))
    .map(
      ({ local, prefixlen, scope }) =>
        `address ${formatGoJson({ dev: link.ifname, local, prefixlen, scope })}`,
    )
}

/**
 * Link-local addresses and what belongs to them appear some time after a link is up, and so does the kernel's own route
 * to each IPv6 address, which says no more than the address.
 */
function isLasting({ dst, table, protocol }: JsonObject): boolean {
  if (table === 'unspec' || (table === 'local' && protocol === 'kernel')) return false
  return !isLinkLocalText(dst) && !(typeof dst === 'string' && dst.startsWith('ff00::'))
}

function isLinkLocalText(text: JsonValue | undefined): boolean {
  return typeof text === 'string' && text.startsWith('fe80::')
}

function describeRoute({ dst, gateway, dev, table, metric, protocol, prefsrc, type }: JsonObject): string {
  return `route ${formatGoJson({ dst, gateway, dev, table, metric, protocol, prefsrc, type })}`
}

/** Handles are counted up for ever, and the head of the list names nft's own version. */
function describeNftObject(value: JsonValue): string {
  if (isJsonObject(value) && value.metainfo !== undefined) return ''
  return `nft ${JSON.stringify(value, (key, member: unknown) => (key === 'handle' ? undefined : member))}`
}
