// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CniResult } from '../../cni/index.ts'
import { formatStatusAnnotation } from './annotation.ts'
import { statusEntries } from './entries.ts'

const context = { name: 'default/lan', interfaceName: 'net1', master: false }
const master = { name: 'cbr0', interfaceName: 'eth0', master: true }
const sandbox = '/run/netns/p'

describe('statusEntries()', () => {
  test('has one entry for one interface, with all addresses (STS-3)', () => {
    const result: CniResult = {
      interfaces: [{ name: 'net1', mac: '02:00:00:00:00:01', mtu: 1400, sandbox }],
      ips: [{ interface: 0, address: '10.0.0.2/24' }, { address: '2001:DB8:0::7/64' }],
    }
    assert.deepEqual(statusEntries(result, context), [
      {
        name: 'default/lan',
        interface: 'net1',
        ips: ['10.0.0.2', '2001:db8::7'],
        mac: '02:00:00:00:00:01',
        mtu: 1400,
        dns: {},
      },
    ])
  })

  test('leaves out what is said of an interface outside the pod, but keeps the addresses (STS-3)', () => {
    const result: CniResult = { interfaces: [{ name: 'cali1', mac: 'x' }], ips: [{ address: '10.0.0.2/32' }] }
    assert.deepEqual(statusEntries(result, master), [
      { name: 'cbr0', ips: ['10.0.0.2'], default: true, dns: {} },
    ])
  })

  test('has one entry per interface in the pod when there are several (STS-4)', () => {
    const result: CniResult = {
      interfaces: [{ name: 'cni0' }, { name: 'eth0', sandbox }, { name: 'veth1' }, { name: 'eth1', sandbox }],
      ips: [
        { interface: 1, address: '10.0.0.2/24', gateway: '10.0.0.1' },
        { interface: 2, address: '10.9.9.9/24' },
        { address: '10.0.1.2/24' },
      ],
      routes: [{ dst: '0.0.0.0/0', gw: '10.0.0.1' }],
    }
    assert.deepEqual(statusEntries(result, master), [
      { name: 'cbr0', interface: 'eth0', ips: ['10.0.0.2'], default: true, dns: {}, gateway: ['10.0.0.1'] },
      { name: 'cbr0', interface: 'eth1', ips: ['10.0.1.2'], dns: {}, gateway: ['10.0.0.1'] },
    ])
  })

  test('takes the interface of the first address with a gateway for the default one (STS-4)', () => {
    const interfaces = [{ name: 'host' }, { name: 'a', sandbox }, { name: 'b', sandbox }]
    const defaults = (ips: CniResult['ips'], of = master) =>
      statusEntries({ interfaces, ...(ips && { ips }) }, of).map((entry) => entry.default === true)
    assert.deepEqual(defaults([{ interface: 2, address: '10.0.0.2/24', gateway: '10.0.0.1' }]), [false, true])
    assert.deepEqual(defaults([{ interface: 2, address: '10.0.0.2/24' }]), [true, false])
    assert.deepEqual(defaults(undefined), [true, false])
    assert.deepEqual(defaults([{ interface: 0, address: '10.0.0.2/24', gateway: '10.0.0.1' }]), [
      false,
      false,
    ])
    assert.deepEqual(defaults(undefined, context), [false, false])
  })

  test('has no entry for interfaces that are all outside the pod (STS-4)', () => {
    assert.deepEqual(statusEntries({ interfaces: [{ name: 'a' }, { name: 'b' }] }, master), [])
  })

  test('has an entry for addresses without interfaces, and none for nothing (STS-5, BUG-30)', () => {
    assert.deepEqual(statusEntries({ ips: [{ address: '10.0.0.2/24' }] }, master), [
      { name: 'cbr0', interface: 'eth0', ips: ['10.0.0.2'], default: true, dns: {} },
    ])
    assert.deepEqual(statusEntries({}, master), [])
  })

  test('names the gateways of default routes only, and no <nil> (STS-6, BUG-29)', () => {
    const gateways = (routes: CniResult['routes'], gateway?: string) =>
      statusEntries(
        { ips: [{ address: '10.0.0.2/24', ...(gateway && { gateway }) }], ...(routes && { routes }) },
        context,
      )[0]?.gateway
    assert.deepEqual(
      gateways([
        { dst: '0.0.0.0/0', gw: '10.0.0.254' },
        { dst: '::/0', gw: 'fd00::1' },
      ]),
      ['10.0.0.254', 'fd00::1'],
    )
    assert.equal(
      gateways([
        { dst: '0.0.0.0/1', gw: '10.0.0.254' },
        { dst: '10.0.0.0/8', gw: '10.0.0.254' },
      ]),
      undefined,
    )
    assert.deepEqual(gateways([{ dst: '0.0.0.0/0' }], '10.0.0.1'), ['10.0.0.1'])
    assert.equal(gateways([{ dst: '0.0.0.0/0' }, { dst: '::/0' }]), undefined)
  })

  test('passes on dns and device information (STS-7)', () => {
    const result: CniResult = {
      ips: [{ address: '10.0.0.2/24' }],
      dns: { nameservers: ['10.96.0.10'], search: [], domain: '' },
    }
    const [entry] = statusEntries(result, { ...context, deviceInfo: { type: 'pci' } })
    assert.deepEqual(entry?.dns, { nameservers: ['10.96.0.10'] })
    assert.deepEqual(entry?.['device-info'], { type: 'pci' })
  })
})

test("formatStatusAnnotation() writes upstream's bytes (§5.12)", () => {
  const text = formatStatusAnnotation([
    {
      name: 'cbr0',
      interface: 'eth0',
      ips: ['10.244.1.73'],
      mac: '8a:1b:2c:3d:4e:5f',
      mtu: 1450,
      default: true,
      dns: { domain: 'a<b' },
      gateway: ['10.244.1.1'],
    },
    { name: 'default/lan', dns: {}, 'device-info': { type: 'pci' } },
  ])
  assert.equal(
    text,
    `[{
    "name": "cbr0",
    "interface": "eth0",
    "ips": [
        "10.244.1.73"
    ],
    "mac": "8a:1b:2c:3d:4e:5f",
    "mtu": 1450,
    "default": true,
    "dns": {
        "domain": "a\\u003cb"
    },
    "gateway": [
        "10.244.1.1"
    ]
},{
    "name": "default/lan",
    "dns": {},
    "device-info": {
        "type": "pci"
    }
}]`,
  )
})
