// SPDX-License-Identifier: Apache-2.0

// Links of kinds that not every kernel has. `uml.test.ts` runs this file in a kernel that has them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCidr } from '../../../src/base/index.ts'
import type { JsonObject } from '../../../src/base/index.ts'
import type { Namespace } from '../../../src/linux/index.ts'
import {
  checkLeaks,
  dig,
  ip,
  ipOne,
  linkIndex,
  linkNames,
  makeCard,
  makeHostAndContainer,
  makeNamespace,
  runIn,
} from '../../netns/fixture.ts'

checkLeaks()

interface KindCase {
  readonly kind: string
  /** IFLA_INFO_DATA as linux/if_link.h lays it out: length and type, 16 bits each, then the value, padded to 4 bytes. */
  readonly data: string
  readonly shown: JsonObject
}

// Kinds that stand on a lower link.
const upperKinds: readonly KindCase[] = [
  // IFLA_IPVLAN_MODE, IFLA_IPVLAN_FLAGS
  { kind: 'ipvlan', data: '0600010000000000 0600020000000000', shown: { mode: 'l2', bridge: true } },
  { kind: 'ipvlan', data: '0600010001000000 0600020001000000', shown: { mode: 'l3', private: true } },
  { kind: 'ipvlan', data: '0600010002000000 0600020002000000', shown: { mode: 'l3s', vepa: true } },
  // IFLA_VLAN_ID, IFLA_VLAN_PROTOCOL
  { kind: 'vlan', data: '0600010064000000', shown: { protocol: '802.1Q', id: 100 } },
  { kind: 'vlan', data: '06000100fe0f0000 0600050088a80000', shown: { protocol: '802.1ad', id: 4094 } },
]

// Kinds that other links are put into.
const masterKinds: readonly KindCase[] = [
  // IFLA_VRF_TABLE
  { kind: 'vrf', data: '080001000a000000', shown: { table: 10 } },
  // IFLA_BOND_MODE
  { kind: 'bond', data: '0500010001000000', shown: { mode: 'active-backup' } },
]

/** Asserts that `ip` and our reading agree with a case. */
function expectKind(namespace: Namespace, name: string, { kind, data, shown }: KindCase): void {
  const info = dig(ipOne(namespace, 'link', 'show', 'dev', name), 'linkinfo')
  assert.equal(dig(info, 'info_kind'), kind)
  for (const [key, value] of Object.entries(shown)) assert.equal(dig(info, 'info_data', key), value, key)
  const link = namespace.links.get(name)
  assert.equal(link?.kind, kind)
  assert.ok(link.info?.kind === 'other')
  for (const attribute of data.split(' ')) assert.ok(link.info.data.includes(bytes(attribute)), attribute)
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}

describe('Links.create()', () => {
  test('makes a dummy', (t) => {
    const container = makeNamespace(t)
    container.links.create({ kind: 'dummy', name: 'd0', mtu: 9000, up: true })
    const shown = ipOne(container, 'link', 'show', 'dev', 'd0')
    assert.deepEqual([dig(shown, 'linkinfo', 'info_kind'), shown['mtu']], ['dummy', 9000])
    assert.deepEqual(container.links.get('d0')?.info, { kind: 'dummy' })
  })

  for (const each of upperKinds) {
    test(`makes a link of kind ${each.kind} ${JSON.stringify(each.shown)} in the container`, (t) => {
      const { host, container } = makeHostAndContainer(t)
      const link = makeCard(host, 'ens6')
      host.links.create({ kind: 'bridge', name: 'net1' })
      host.links.create({
        kind: each.kind,
        name: 'net1',
        link,
        data: bytes(each.data),
        namespace: container,
        up: true,
      })
      expectKind(container, 'net1', each)
      assert.equal(container.links.get('net1')?.link, link)
    })
  }

  for (const each of masterKinds) {
    test(`makes a link of kind ${each.kind} ${JSON.stringify(each.shown)}, and one within it`, (t) => {
      const host = makeNamespace(t)
      host.links.create({ kind: each.kind, name: 'm0', data: bytes(each.data), up: true })
      expectKind(host, 'm0', each)
      host.links.create({ kind: 'dummy', name: 'd0', master: linkIndex(host, 'm0') })
      assert.equal(ipOne(host, 'link', 'show', 'dev', 'd0')['master'], 'm0')
    })
  }

  test('makes a bridge that keeps VLANs apart', (t) => {
    const host = makeNamespace(t)
    host.links.create({ kind: 'bridge', name: 'br0', vlanFiltering: true, vlanDefaultPvid: 7 })
    const data = dig(ipOne(host, 'link', 'show', 'dev', 'br0'), 'linkinfo', 'info_data')
    assert.deepEqual([dig(data, 'vlan_filtering'), dig(data, 'vlan_default_pvid')], [1, 7])
    assert.deepEqual(host.links.get('br0')?.info, {
      kind: 'bridge',
      vlanFiltering: true,
      vlanDefaultPvid: 7,
      stp: false,
    })
  })

  test('refuses an ipvlan on the master of a macvlan, and leaves nothing', (t) => {
    const { host, container } = makeHostAndContainer(t)
    const link = makeCard(host, 'ens6')
    host.links.create({ kind: 'macvlan', name: 'v0', link, mode: 'bridge' })
    const spec = { kind: 'ipvlan', name: 'net1', link, data: Buffer.alloc(0), namespace: container }
    assert.throws(() => host.links.create(spec), { code: 'EBUSY', id: 'net/busy' })
    assert.deepEqual(linkNames(container), ['lo'])
  })
})

describe('what is made', () => {
  test('carries frames of its VLAN to the VLAN of that number', (t) => {
    const { host, container } = makeHostAndContainer(t)
    host.links.create({ kind: 'veth', name: 'ens6', peer: { name: 'eth0', namespace: container } })
    for (const [namespace, lower, address] of [
      [host, 'ens6', '10.1.2.1/24'],
      [container, 'eth0', '10.1.2.2/24'],
    ] as const) {
      const link = linkIndex(namespace, lower)
      namespace.links.set(link, { up: true })
      namespace.links.create({ kind: 'vlan', name: 'v100', link, data: bytes('0600010064000000') })
      const vlan = linkIndex(namespace, 'v100')
      namespace.links.set(vlan, { up: true })
      namespace.addresses.add(vlan, { address: parseCidr(address) })
    }
    runIn(container, 'ping', '-c', '1', '-W', '5', '10.1.2.1')
  })

  test('has the routes of its VRF in the table of that VRF', (t) => {
    const host = makeNamespace(t)
    host.links.create({ kind: 'vrf', name: 'red', data: bytes('080001000a000000'), up: true })
    host.links.create({ kind: 'dummy', name: 'd0', master: linkIndex(host, 'red'), up: true })
    const ifIndex = linkIndex(host, 'd0')
    host.addresses.add(ifIndex, { address: parseCidr('10.1.2.1/24') })
    assert.deepEqual(ip(host, 'route', 'show', 'table', 'main'), [])
    const connected = host.routes.list({ table: 10, family: 4, ifIndex }).map(({ dst }) => dst)
    assert.ok(connected.some((dst) => dst?.length === 24))
    assert.match(runIn(host, 'ip', 'route', 'show', 'vrf', 'red'), /^10\.1\.2\.0\/24 dev d0/m)
  })
})
