// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatCidr, formatIp, parseCidr, parseIp } from '../../../base/index.ts'
import type { Route, Rule } from '../../../linux/index.ts'
import { planTables } from './plan.ts'
import type { Present, SourcePlan } from './plan.ts'

const kernel = 2
const boot = 3
const linkScope = 253

interface Line {
  readonly dst: string
  readonly via?: string
  readonly src?: string
  readonly dev?: number
  readonly table?: number
}

function route({ dst, via, src, dev = 2, table = 254 }: Line): Route {
  const cidr = parseCidr(dst)
  return {
    family: cidr.address.family,
    dst: cidr,
    ifIndex: dev,
    table,
    scope: via === undefined && cidr.address.family === 4 ? linkScope : 0,
    protocol: via === undefined ? kernel : boot,
    type: 1,
    flags: 0,
    ...(via !== undefined && { gateway: parseIp(via) }),
    ...(src !== undefined && { prefSrc: parseIp(src) }),
  }
}

function present(lines: readonly Line[], ruleTables: readonly number[] = [255, 254, 253]): Present {
  const rules = ruleTables.map((table): Rule => ({ family: 4, table, priority: 0, action: 1, flags: 0 }))
  return { ifIndex: 2, rules, routes: lines.map(route) }
}

/** A plan as an engineer would type it. */
function text({ tables, moved }: SourcePlan): string[] {
  const line = ({ dst, gateway }: Route) =>
    `${dst === undefined ? 'default' : formatCidr(dst)}${gateway === undefined ? '' : ` via ${formatIp(gateway)}`}`
  return [
    ...tables.flatMap(({ source, table, defaultRoute, copies }) => [
      `rule from ${formatCidr(source)} lookup ${table}`,
      ...(defaultRoute === undefined ? [] : [`table ${table}: default via ${formatIp(defaultRoute)}`]),
      ...copies.map((copy) => `table ${table}: ${line(copy)}`),
    ]),
    ...moved.map((one) => `main: delete ${line(one)}`),
  ]
}

const address = { address: parseCidr('192.168.0.20/24'), gateway: parseIp('192.168.0.254') }
const connected = { dst: '192.168.0.0/24', src: '192.168.0.20' }

describe('planTables()', () => {
  it('gives an address a rule, a default route and its connected route, which stays in main as well', () => {
    assert.deepEqual(text(planTables([address], present([connected]))), [
      'rule from 192.168.0.20/32 lookup 100',
      'table 100: default via 192.168.0.254',
      'table 100: 192.168.0.0/24',
    ])
  })

  it('moves routes via a gateway of the subnet out of main', () => {
    const plan = planTables([address], present([connected, { dst: '10.0.0.0/8', via: '192.168.0.1' }]))
    assert.deepEqual(text(plan).slice(-2), [
      'table 100: 10.0.0.0/8 via 192.168.0.1',
      'main: delete 10.0.0.0/8 via 192.168.0.1',
    ])
  })

  it('moves the default route of the interface, and the one of the address takes its place', () => {
    const plan = planTables([address], present([connected, { dst: '0.0.0.0/0', via: '192.168.0.254' }]))
    assert.deepEqual(text(plan), [
      'rule from 192.168.0.20/32 lookup 100',
      'table 100: default via 192.168.0.254',
      'table 100: 192.168.0.0/24',
      'main: delete 0.0.0.0/0 via 192.168.0.254',
    ])
  })

  it('leaves the routes of other interfaces alone', () => {
    const plan = planTables([address], present([connected, { dst: '0.0.0.0/0', via: '10.1.1.1', dev: 3 }]))
    assert.deepEqual(plan.moved, [])
  })

  it('takes the first table from 100 that neither a rule nor a route uses', () => {
    const plan = planTables(
      [address],
      present([connected, { dst: '10.9.0.0/16', dev: 3, table: 101 }], [254, 100]),
    )
    assert.equal(plan.tables[0]?.table, 102)
  })

  it('gives each address a table of its own, with the routes of its family', () => {
    const second = { address: parseCidr('fd00::20/64') }
    const routes = [connected, { dst: 'fd00::/64' }]
    assert.deepEqual(text(planTables([address, second], present(routes))), [
      'rule from 192.168.0.20/32 lookup 100',
      'table 100: default via 192.168.0.254',
      'table 100: 192.168.0.0/24',
      'rule from fd00::20/128 lookup 101',
      'table 101: fd00::/64',
    ])
  })
})
