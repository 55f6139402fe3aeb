// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/index.ts'
import { NetlinkError } from '../../src/linux/index.ts'
import type { LinkSpec, MacvlanMode } from '../../src/linux/index.ts'
import {
  checkLeaks,
  dig,
  ip,
  ipOne,
  linkIndex,
  linkNames,
  makeCard,
  makeHostAndContainer,
  skip,
  skipWithout,
} from './fixture.ts'

checkLeaks()

function flagsOf(link: JsonObject): string[] {
  const { flags } = link
  return Array.isArray(flags) ? flags.filter((flag) => typeof flag === 'string') : []
}

describe('Links', { skip }, () => {
  test('create() makes a veth pair with one end in another namespace', (t) => {
    const { host, container } = makeHostAndContainer(t)
    container.links.create({
      kind: 'veth',
      name: 'eth0',
      mtu: 1400,
      mac: '02:00:00:00:00:01',
      peer: { name: 'veth1', mtu: 1400, txQueueLength: 0, namespace: host, group: 9 },
    })
    const inside = ipOne(container, 'link', 'show', 'dev', 'eth0')
    assert.deepEqual(
      [inside['mtu'], inside['address'], inside['operstate']],
      [1400, '02:00:00:00:00:01', 'DOWN'],
    )
    const outside = ipOne(host, 'link', 'show', 'dev', 'veth1')
    assert.deepEqual([outside['mtu'], outside['txqlen'] ?? 0, outside['group']], [1400, 0, '9'])
    const link = container.links.get('eth0')
    assert.equal(link?.link, outside['ifindex'])
    assert.equal(typeof link?.linkNetnsId, 'number')
  })

  test('create() makes a macvlan directly in the container, whatever the host has of that name', (t) => {
    const { host, container } = makeHostAndContainer(t)
    const master = makeCard(host, 'ens6')
    host.links.create({ kind: 'bridge', name: 'net1' })
    const spec: LinkSpec = {
      kind: 'macvlan',
      name: 'net1',
      link: master,
      mode: 'vepa',
      namespace: container,
      up: true,
      group: 42,
    }
    host.links.create(spec)
    const shown = ipOne(container, 'link', 'show', 'dev', 'net1')
    assert.equal(dig(shown, 'linkinfo', 'info_kind'), 'macvlan')
    assert.equal(dig(shown, 'linkinfo', 'info_data', 'mode'), 'vepa')
    assert.deepEqual([shown['group'], flagsOf(shown).includes('UP')], ['42', true])
    assert.throws(() => host.links.create(spec), {
      code: 'EEXIST',
      message: /^RTM_NEWLINK macvlan net1: file exists/,
    })
    assert.deepEqual(linkNames(container), ['lo', 'net1'], 'the refused one left nothing')
  })

  for (const mode of ['private', 'vepa', 'bridge', 'passthru'] as const satisfies MacvlanMode[]) {
    test(`create() makes a macvlan of mode ${mode}`, (t) => {
      const { host } = makeHostAndContainer(t)
      host.links.create({
        kind: 'macvlan',
        name: 'v0',
        link: makeCard(host, 'ens6'),
        mode,
        bcQueueLength: 500,
      })
      const info = dig(ipOne(host, 'link', 'show', 'dev', 'v0'), 'linkinfo')
      assert.equal(dig(info, 'info_kind'), 'macvlan')
      assert.deepEqual([dig(info, 'info_data', 'mode'), dig(info, 'info_data', 'bcqueuelen')], [mode, 500])
      assert.deepEqual(host.links.get('v0')?.info, { kind: 'macvlan', mode, bcQueueLength: 500 })
    })
  }

  test('create() makes a bridge and enslaves a link within the creating message', (t) => {
    const { host } = makeHostAndContainer(t)
    host.links.create({ kind: 'bridge', name: 'br0', mtu: 1400, stp: true, forwardDelay: 400, up: true })
    const bridge = linkIndex(host, 'br0')
    const data = dig(ipOne(host, 'link', 'show', 'dev', 'br0'), 'linkinfo', 'info_data')
    assert.deepEqual(
      ['stp_state', 'forward_delay', 'vlan_filtering'].map((key) => dig(data, key)),
      [1, 400, 0],
    )
    host.links.create({ kind: 'veth', name: 'p0', master: bridge, peer: { name: 'p1' } })
    assert.equal(ipOne(host, 'link', 'show', 'dev', 'p0')['master'], 'br0')
    assert.deepEqual(host.links.get('p0')?.port, { kind: 'bridge', hairpin: false, isolated: false })
  })

  test(
    'create() makes a link of any other kind from its raw data, and get() gives them back',
    { skip: skipWithout('vxlan') },
    (t) => {
      const { host } = makeHostAndContainer(t)
      // IFLA_VXLAN_ID 42
      host.links.create({ kind: 'vxlan', name: 'vx0', data: Buffer.from('080001002a000000', 'hex') })
      assert.equal(dig(ipOne(host, 'link', 'show', 'dev', 'vx0'), 'linkinfo', 'info_data', 'id'), 42)
      const info = host.links.get('vx0')?.info
      assert.ok(info?.kind === 'other' && info.data.includes(Buffer.from('080001002a000000', 'hex')))
    },
  )

  test('setBridgePort() switches hairpin and isolation, each by itself', (t) => {
    const { host } = makeHostAndContainer(t)
    host.links.create({ kind: 'bridge', name: 'br0' })
    host.links.create({ kind: 'veth', name: 'p0', master: linkIndex(host, 'br0'), peer: { name: 'p1' } })
    const port = linkIndex(host, 'p0')
    const witness = (): unknown[] => {
      const data = dig(ipOne(host, 'link', 'show', 'dev', 'p0'), 'linkinfo', 'info_slave_data')
      return [dig(data, 'hairpin'), dig(data, 'isolated')]
    }
    host.links.setBridgePort(port, { hairpin: true })
    assert.deepEqual(witness(), [true, false])
    host.links.setBridgePort(port, { isolated: true, hairpin: false })
    assert.deepEqual(witness(), [false, true])
    assert.deepEqual(host.links.byIndex(port)?.port, { kind: 'bridge', hairpin: false, isolated: true })
  })

  test('set() changes all that it is told and nothing else', (t) => {
    const { host } = makeHostAndContainer(t)
    host.links.create({ kind: 'bridge', name: 'br0' })
    host.links.create({ kind: 'veth', name: 'p0', peer: { name: 'p1' } })
    const index = linkIndex(host, 'p0')
    const changes = {
      name: 'q0',
      mtu: 1300,
      mac: '02:00:00:00:00:05',
      alias: 'was p0',
      group: 7,
      txQueueLength: 5,
    }
    host.links.set(index, { ...changes, master: linkIndex(host, 'br0'), promiscuous: true, up: true })
    const shown = ipOne(host, 'link', 'show', 'dev', 'q0')
    assert.deepEqual(
      [
        shown['mtu'],
        shown['address'],
        shown['ifalias'],
        shown['group'],
        shown['txqlen'],
        shown['master'],
        shown['promiscuity'],
      ],
      [1300, '02:00:00:00:00:05', 'was p0', '7', 5, 'br0', 2],
    )
    host.links.set(index, { master: null, promiscuous: false, allMulticast: true, alias: '' })
    const later = ipOne(host, 'link', 'show', 'dev', 'q0')
    assert.deepEqual(
      [later['master'], later['promiscuity'], later['ifalias'], later['mtu']],
      [undefined, 0, undefined, 1300],
    )
    assert.deepEqual(
      flagsOf(later).filter((flag) => ['UP', 'ALLMULTI', 'PROMISC'].includes(flag)),
      ['ALLMULTI', 'UP'],
    )
  })

  test("the kernel's own explanation is in the message", (t) => {
    const { host } = makeHostAndContainer(t)
    host.links.create({ kind: 'bridge', name: 'br0' })
    assert.throws(() => host.links.create({ kind: 'nonsense', name: 'x', data: Buffer.alloc(0) }), {
      message: 'RTM_NEWLINK nonsense x: operation not supported (Unknown device type)',
      id: 'net/not-supported',
    })
    assert.throws(
      () => host.links.set(linkIndex(host, 'br0'), { master: linkIndex(host, 'br0') }),
      (error) =>
        error instanceof NetlinkError &&
        error.extack !== undefined &&
        error.message.endsWith(`(${error.extack})`),
    )
  })

  test('the master of a macvlan has to exist and to be fit for one', (t) => {
    const { host } = makeHostAndContainer(t)
    const make = (link: number): void =>
      host.links.create({ kind: 'macvlan', name: 'v0', link, mode: 'bridge' })
    assert.throws(() => make(4711), { code: 'ENODEV', id: 'net/link-missing' })
    assert.throws(() => make(1), { code: 'EINVAL', errnoText: 'invalid argument' })
    host.links.create({ kind: 'bridge', name: 'br0' })
    const port = makeCard(host, 'ens6')
    host.links.set(port, { master: linkIndex(host, 'br0') })
    assert.throws(() => make(port), { code: 'EBUSY', id: 'net/busy' })
    assert.deepEqual(ip(host, 'link', 'show', 'type', 'macvlan'), [])
  })
})
