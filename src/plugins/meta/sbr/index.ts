// SPDX-License-Identifier: Apache-2.0

import { formatCidr, hostCidr, isDefaultRoute, parseCidr, sameCidr, sameIp } from '../../../base/index.ts'
import type { Cidr } from '../../../base/index.ts'
import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL } from '../../../linux/index.ts'
import type { Namespace, Rule } from '../../../linux/index.ts'
import { requirePrevResult } from '../../kit/check-interface.ts'
import { definePlugin } from '../../kit/define-plugin.ts'
import type { AddCall, CheckCall, DelCall } from '../../kit/plugin-call.ts'
import { releaseAll } from '../../kit/release-all.ts'
import { addRule, addSourceHints, applyPlan, ignoreGone } from './apply.ts'
import { sbrSchema, sourceAddresses } from './config.ts'
import type { SbrConfig } from './config.ts'
import { planTables } from './plan.ts'
import type { SourceAddress } from './plan.ts'

const needsPrevResult = 'This plugin must be called as chained plugin'

/**
 * The `sbr` plugin (spec §4.1): answers leave by the interface whose address was asked. All its kernel calls follow
 * each other without a pause, so that calls for other interfaces of the container cannot choose the same table.
 */
export const sbr = definePlugin({
  name: 'sbr',
  kind: 'meta',
  about: 'Routes by source address: traffic from an address of the interface leaves by the interface.',
  config: sbrSchema,
  supportedVersions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],

  add(call) {
    const result = requirePrevResult(call, needsPrevResult)
    const addresses = sourceAddresses(call.config, result, call.ifName)
    const { table } = call.config
    if (table === undefined) addTables(call, addresses)
    else for (const { address } of addresses) addRule(call, hostCidr(address.address), table)
    return result
  },

  async del(call) {
    const { container, config } = call
    if (container === undefined) return
    const sources = ownAddresses(call, container).map(({ address }) => hostCidr(address))
    const rules = container.rules
      .list()
      .filter((rule) => sources.some((source) => isFrom(rule, source)))
      .filter(({ table }) => config.table === undefined || table === config.table)
    // Its rule is how a table is found again, so it goes last.
    await releaseAll(
      ...rules.map((rule) => () => {
        if (config.table === undefined) emptyTable(call, container, rule.table)
        ignoreGone(() => container.rules.remove(rule))
      }),
    )
  },

  check(call) {
    const result = requirePrevResult(call, needsPrevResult)
    for (const address of sourceAddresses(call.config, result, call.ifName)) checkTable(call, address)
  },
})

function addTables(call: AddCall<SbrConfig>, addresses: readonly SourceAddress[]): void {
  const { container, ifName, config } = call
  const link = container.links.get(ifName)
  if (link === undefined) throw new Error(`Cannot find network interface ${ifName}: Link not found`)
  const present = {
    ifIndex: link.index,
    rules: container.rules.list(),
    routes: container.routes.list({ table: 'all' }),
  }
  refuseSecond(present.rules, addresses)
  applyPlan(call, planTables(addresses, present), link.index)
  if (config.addSourceHints === true) addSourceHints(call, addresses, link.index)
}

/** A second rule from an address would never be asked, and DEL could not tell the two apart. */
function refuseSecond(rules: readonly Rule[], addresses: readonly SourceAddress[]): void {
  for (const { address } of addresses) {
    const source = hostCidr(address.address)
    const rule = rules.find((one) => isFrom(one, source))
    if (rule === undefined) continue
    throw new Error(
      `Cannot route by source ${formatCidr(source)}: there is a rule from it to table ${rule.table}; ` +
        'remove it, or take sbr out of the network',
    )
  }
}

/** What the interface has, or, when it is gone, what the result says that it had. */
function ownAddresses({ ifName, prevResult }: DelCall, container: Namespace): Cidr[] {
  const link = container.links.get(ifName)
  if (link !== undefined)
    return container.addresses.list({ ifIndex: link.index }).map(({ address }) => address)
  const { ips = [], interfaces = [] } = prevResult ?? {}
  return ips
    .filter((ip) => ip.interface === undefined || interfaces[ip.interface]?.name === ifName)
    .map(({ address }) => parseCidr(address))
}

/** The routes that ADD moved into the table are not put back: the interface is about to go. */
function emptyTable({ ifName }: DelCall, container: Namespace, table: number): void {
  const link = container.links.get(ifName)
  if (link === undefined || (table >= RT_TABLE_DEFAULT && table <= RT_TABLE_LOCAL)) return
  for (const route of container.routes.list({ table, ifIndex: link.index })) {
    ignoreGone(() => container.routes.remove(route))
  }
}

function isFrom({ src }: Rule, source: Cidr): boolean {
  return src !== undefined && sameCidr(src, source)
}

/** Other than the reference plugin, whose CHECK looks at nothing. */
function checkTable({ container, config }: CheckCall<SbrConfig>, { address, gateway }: SourceAddress): void {
  const source = hostCidr(address.address)
  const rule = container.rules.list().find((one) => isFrom(one, source))
  if (rule === undefined) throw new Error(`Expected rule from ${formatCidr(source)} not found`)
  if (config.table !== undefined || gateway === undefined) return
  const leads = container.routes
    .list({ table: rule.table })
    .some(
      (route) =>
        isDefaultRoute(route.dst ?? source) && route.gateway !== undefined && sameIp(route.gateway, gateway),
    )
  if (!leads)
    throw new Error(`Expected default route of ${formatCidr(source)} not found in table ${rule.table}`)
}
