// SPDX-License-Identifier: Apache-2.0

// The same calls to upstream's static and to ours: same answers.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { staticIpam } from '../../src/plugins/ipam/static.ts'
import { ours, theirs } from './ipam-calls.ts'
import type { Call } from './ipam-calls.ts'
import { withoutPeers } from './libcni-peers.ts'

const skip = withoutPeers('static')
const addresses = [{ address: '10.0.0.1/24', gateway: '10.0.0.254' }, { address: 'FD00::1/64' }]

interface Case extends Omit<Call, 'config'> {
  readonly cniVersion?: string
  readonly ipam?: JsonValue
  readonly more?: JsonObject
}

async function compare(cases: readonly Case[]): Promise<void> {
  for (const { cniVersion = '1.0.0', ipam = { type: 'static', addresses }, more, ...rest } of cases) {
    const call = { ...rest, config: { cniVersion, name: 'lan', type: 'x', ipam, ...more } }
    assert.deepEqual(await ours(staticIpam, call), theirs('static', call), JSON.stringify(call))
  }
}

const ips = (...list: string[]): JsonObject => ({ runtimeConfig: { ips: list } })
const argsIps = (...list: string[]): JsonObject => ({ args: { cni: { ips: list } } })

describe('static beside upstream', { skip }, () => {
  it('gives the same answers in every version', async () => {
    for (const cniVersion of ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']) {
      const routes = [
        { dst: '0.0.0.0/0' },
        { dst: '10.5.0.5/16', gw: '10.0.0.3', mtu: 1400, advmss: 0, priority: 5, table: 0, scope: 253 },
        { dst: 'FD01::/64', gw: 'FD00::9' },
      ]
      const dns = { nameservers: ['192.0.2.1'], domain: '', search: ['a', 'b'], options: [] }
      const two = [...addresses, { address: '10.9.0.1/24' }]
      await compare([
        { cniVersion, ipam: { addresses, routes, dns } },
        { cniVersion, ipam: { addresses: two } },
        { cniVersion, command: 'DEL' },
      ])
    }
  })

  it('takes addresses from every source alike', async () => {
    await compare([
      { args: 'IP=10.1.0.1/24,10.2.0.1/24;GATEWAY=10.1.0.254, 10.2.0.253,10.2.0.254' },
      { args: 'IP=10.1.0.1/24, FD00:5::1/64;GATEWAY=fd00:5::9;IgnoreUnknown=true;A=B' },
      { args: 'IP=;GATEWAY=10.0.0.9' },
      { more: argsIps('10.3.0.1/24'), args: 'IP=10.1.0.1/24' },
      { more: { ...argsIps('10.3.0.1/24'), ...ips('10.4.0.1/24', 'fd00::4/64') } },
      { more: { ...argsIps('10.3.0.1/24'), ...ips() } },
      { ipam: { Addresses: [{ ADDRESS: '::ffff:10.0.0.1/120', gateway: null }], unknown: 1 } },
      { ipam: { addresses: [{ address: 'x' }] }, more: ips('10.4.0.1/24') },
      { ipam: {}, more: ips('10.4.0.1/24') },
      { ipam: {} },
    ])
  })

  it('refuses in the same words', async () => {
    await compare([
      { ipam: null },
      { ipam: null, more: ips('10.4.0.1/24') },
      { ipam: { addresses: [{ address: '10.0.0.1' }] } },
      { ipam: { addresses: [{ address: '10.0.0.1/24', gateway: 'x' }] } },
      { ipam: { addresses, routes: [{ dst: 'x' }] } },
      { ipam: { addresses, routes: [{ dst: '10.0.0.0/8', gw: 'x' }] } },
      { args: 'IP=10.0.0.1' },
      { args: 'GATEWAY=x' },
      { args: 'A=B' },
      { args: 'IP' },
      { more: ips('10.0.0.1') },
      { more: argsIps('10.0.0.1') },
      { cniVersion: '0.0.1' },
    ])
  })

  it('checks alike', async () => {
    const check = (...list: JsonObject[]): Case => ({
      command: 'CHECK',
      more: { prevResult: { cniVersion: '1.0.0', ips: list } },
    })
    await compare([
      check({ address: '10.0.0.1/24', gateway: '10.0.0.254' }),
      check({ address: '10.0.0.1/24', gateway: '10.0.0.253' }),
      check({ address: '10.0.0.1/24' }),
      check({ address: '10.7.0.1/24', gateway: '10.0.0.253' }),
      check(),
      { command: 'CHECK' },
    ])
  })
})
