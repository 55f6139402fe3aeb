// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'
import { runPlugin } from '../kit/run-plugin.ts'
import { staticIpam } from './static.ts'

interface Call {
  readonly command?: PluginInvocation['command']
  readonly args?: string
  readonly config?: JsonObject
}

const configured = { addresses: [{ address: '10.0.0.1/24', gateway: '10.0.0.254' }] }

function run({ command = 'ADD', args = '', config = {} }: Call) {
  const whole = { cniVersion: '1.1.0', name: 'lan', ipam: { type: 'static', ...configured }, ...config }
  const call = { type: 'static', containerId: 'abc', netns: '/nonexistent', ifName: 'net1', path: [] }
  const invoke = () => Promise.reject(new Error('not used'))
  return runPlugin(staticIpam, { ...call, command, args, config: whole }, { invoke, log: silentLog })
}

const ipsOf = async (call: Call) => (await run(call))?.['ips']

describe('static ADD', () => {
  it('gives the addresses of the configuration in order, with routes and DNS', async () => {
    const ipam = {
      addresses: [{ address: '10.0.0.1/24', gateway: '10.0.0.254' }, { address: 'FD00::1/64' }],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '0.0.0.0/0', gw: '10.0.0.253' }],
      dns: { nameservers: ['192.0.2.1'], domain: '', search: [] },
    }
    assert.deepEqual(await run({ config: { ipam } }), {
      cniVersion: '1.1.0',
      dns: { nameservers: ['192.0.2.1'] },
      ips: [{ address: '10.0.0.1/24', gateway: '10.0.0.254' }, { address: 'fd00::1/64' }],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '0.0.0.0/0', gw: '10.0.0.253' }],
    })
  })

  it('adds the addresses of CNI_ARGS, with the gateways whose network they are in', async () => {
    const args = 'IP=10.1.0.1/24, 10.2.0.1/24;GATEWAY=10.2.0.254,10.9.9.9'
    assert.deepEqual(await ipsOf({ args }), [
      { address: '10.0.0.1/24', gateway: '10.0.0.254' },
      { address: '10.1.0.1/24' },
      { address: '10.2.0.1/24', gateway: '10.2.0.254' },
    ])
  })

  it('takes those of args.cni instead, and those of the runtime before all', async () => {
    const args = { cni: { ips: ['10.3.0.1/24'] } }
    const runtimeConfig = { ips: ['10.4.0.1/24'] }
    assert.deepEqual(await ipsOf({ args: 'IP=10.1.0.1/24', config: { args } }), [{ address: '10.3.0.1/24' }])
    assert.deepEqual(await ipsOf({ config: { args, runtimeConfig } }), [{ address: '10.4.0.1/24' }])
    assert.deepEqual(await ipsOf({ config: { args, runtimeConfig: { ips: [] } } }), [
      { address: '10.3.0.1/24' },
    ])
  })

  it('names the address that is no CIDR, and where it came from', async () => {
    const message = (text: string) => ({ code: 999, message: text })
    const refused = (call: Call, text: string) => assert.rejects(run(call), message(text))
    await refused(
      { args: 'IP=10.0.0.1' },
      "the 'ip' field is expected to be in CIDR notation, got: '10.0.0.1'",
    )
    await refused({ args: 'GATEWAY=x' }, 'invalid gateway address: x')
    const entry = "an entry in the 'ips' field is NOT in CIDR notation, got: '10.0.0.1'"
    await refused({ config: { args: { cni: { ips: ['10.0.0.1'] } } } }, entry)
    await refused({ config: { runtimeConfig: { ips: ['10.0.0.1'] } } }, entry)
    await refused(
      { config: { ipam: { addresses: [{ address: '10.0.0.1' }] } } },
      "the 'address' field is expected to be in CIDR notation, got: '10.0.0.1'",
    )
    await refused({ config: { ipam: null } }, "IPAM config missing 'ipam' key")
  })

  it('refuses two addresses of a family where the version has room for one', async () => {
    const ipam = { addresses: [{ address: '10.0.0.1/24' }, { address: '10.0.1.1/24' }] }
    await assert.rejects(run({ config: { cniVersion: '0.2.0', ipam } }), {
      message: 'CNI version 0.2.0 does not support more than 1 address per family',
    })
  })
})

describe('static CHECK', () => {
  const check = (ips: readonly JsonObject[]) =>
    run({ command: 'CHECK', config: { prevResult: { cniVersion: '1.1.0', ips } } })

  it('compares the gateways of addresses that are in the result', async () => {
    await check([{ address: '10.0.0.1/24', gateway: '10.0.0.254' }])
    await check([{ address: '10.7.7.7/24' }])
    await assert.rejects(check([{ address: '10.0.0.1/24', gateway: '10.0.0.1' }]), {
      message: 'static: Failed to match addr 10.0.0.1 on interface net1',
    })
  })

  it('needs a result', async () => {
    await assert.rejects(run({ command: 'CHECK' }), { message: 'Required prevResult missing' })
  })
})

describe('static DEL', () => {
  it('succeeds whatever the configuration says', async () => {
    assert.equal(await run({ command: 'DEL', config: { ipam: { addresses: 'x' } } }), undefined)
  })
})
