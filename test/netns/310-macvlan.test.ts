// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/index.ts'
import { Bench, testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import type { PluginCases } from '../../src/plugins/kit/test-plugin.ts'
import { macvlan } from '../../src/plugins/main/macvlan.ts'
import { checkLeaks, dig, ip, ipOne, linkNames, makeCard, runIn, skip } from './fixture.ts'
import { assertAddRefused, withAddOf } from './plugin-bench.ts'
import type { Added } from './plugin-bench.ts'

checkLeaks()

const ipam = {
  type: 'host-local',
  subnet: '10.1.10.0/24',
  gateway: '10.1.10.1',
  routes: [{ dst: '10.5.0.0/16' }],
}

function cases(config: JsonObject = {}): PluginCases {
  return {
    config: { master: 'ens6', ...config },
    prepareHost: ({ host }) => void makeCard(host, 'ens6'),
  }
}

testPlugin(macvlan, { ...cases({ ipam }), allocates: true })

/** Runs `body` with the result of an ADD of macvlan. */
async function withAdded(config: JsonObject, body: (added: Added) => void | Promise<void>): Promise<void> {
  await withAddOf(macvlan, cases(config), body)
}

async function rejects(
  config: JsonObject,
  expected: RegExp,
  prepare?: (bench: Bench) => void,
): Promise<void> {
  using bench = await Bench.create(macvlan, cases())
  prepare?.(bench)
  await assertAddRefused(bench, config, expected)
}

describe('macvlan', { skip }, () => {
  it('makes a link on its master, up, with the allocated address and routes', async () => {
    await withAdded({ ipam }, ({ bench, container, result }) => {
      const namespace = bench.namespaceOf(container)
      const link = ipOne(namespace, 'address', 'show', 'dev', 'net1')
      assert.equal(dig(link, 'linkinfo', 'info_kind'), 'macvlan')
      assert.equal(dig(link, 'linkinfo', 'info_data', 'mode'), 'bridge')
      assert.ok(Array.isArray(link['flags']) && link['flags'].includes('UP'))
      assert.match(
        JSON.stringify(link['addr_info']),
        /"local":"10\.1\.10\.3","prefixlen":24,"broadcast":"10\.1\.10\.255"/,
      )
      assert.match(runIn(namespace, 'ip', 'route'), /10\.5\.0\.0\/16 via 10\.1\.10\.1 dev net1/)
      assert.deepEqual(result['interfaces'], [
        { name: 'net1', mac: link['address'], sandbox: container.netns },
      ])
      assert.deepEqual(result['ips'], [{ address: '10.1.10.3/24', gateway: '10.1.10.1', interface: 0 }])
    })
  })

  for (const mode of ['private', 'vepa', 'passthru']) {
    it(`makes a link of mode ${mode}`, async () => {
      await withAdded({ mode }, ({ bench, container }) => {
        const link = ipOne(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')
        assert.equal(dig(link, 'linkinfo', 'info_data', 'mode'), mode)
      })
    })
  }

  it('is layer 2 only without ipam: up, no address', async () => {
    await withAdded({}, ({ bench, container, result }) => {
      const namespace = bench.namespaceOf(container)
      assert.match(runIn(namespace, 'ip', '-brief', 'link', 'show', 'dev', 'net1'), /UP/)
      assert.equal(runIn(namespace, 'ip', '-4', 'address', 'show', 'dev', 'net1'), '')
      assert.equal(result['ips'], undefined)
    })
  })

  it('stands on the interface of the default route when no master is named', async () => {
    using bench = await Bench.create(macvlan, cases())
    runIn(bench.host, 'ip', 'address', 'add', '192.0.2.2/24', 'dev', 'ens6')
    runIn(bench.host, 'ip', 'route', 'add', 'default', 'via', '192.0.2.1')
    const container = bench.addContainer()
    const { master: _, ...config } = bench.configFor(container)
    await bench.run('ADD', container, config)
    const link = ipOne(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')
    assert.equal(link['link_index'], ipOne(bench.host, 'link', 'show', 'dev', 'ens6')['ifindex'])
  })

  it('stands on a master inside the container with linkInContainer', async () => {
    using bench = await Bench.create(macvlan, cases())
    const container = bench.addContainer()
    makeCard(bench.namespaceOf(container), 'inner')
    await bench.run('ADD', container, {
      ...bench.configFor(container),
      master: 'inner',
      linkInContainer: true,
    })
    const link = ipOne(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')
    assert.equal(link['link'], 'inner')
  })

  it('takes MTU, queue length and MAC from the configuration', async () => {
    await withAdded({ mtu: 1400, bcqueuelen: 2000, mac: '02:00:00:00:00:11' }, ({ bench, container }) => {
      const link = ipOne(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')
      assert.equal(link['mtu'], 1400)
      assert.equal(link['address'], '02:00:00:00:00:11')
      assert.equal(dig(link, 'linkinfo', 'info_data', 'bcqueuelen'), 2000)
    })
  })

  it('prefers the MAC of runtimeConfig to that of the configuration', async () => {
    await withAdded(
      { mac: '02:00:00:00:00:11', runtimeConfig: { mac: '02:00:00:00:00:22' } },
      ({ result }) => {
        assert.match(JSON.stringify(result), /"mac":"02:00:00:00:00:22"/)
      },
    )
  })

  it('announces its addresses when it comes up, IPv6 ones only if there are any', async () => {
    const ipv6 = { type: 'static', addresses: [{ address: 'fd00:10::3/64' }] }
    for (const [addresses, expected] of [
      [ipam, ['1', '0']],
      [ipv6, ['1', '1']],
    ] as const) {
      await withAdded({ ipam: addresses }, ({ bench, container }) => {
        const read = (name: string) =>
          runIn(bench.namespaceOf(container), 'cat', `/proc/sys/net/${name}`).trim()
        assert.deepEqual([read('ipv4/conf/net1/arp_notify'), read('ipv6/conf/net1/ndisc_notify')], expected)
      })
    }
  })

  it('sees in CHECK that the address is gone', async () => {
    await withAdded({ ipam }, async ({ bench, container, result }) => {
      const config = { ...bench.configFor(container), prevResult: result }
      await bench.run('CHECK', container, config)
      runIn(bench.namespaceOf(container), 'ip', 'address', 'flush', 'dev', 'net1', 'scope', 'global')
      await assert.rejects(
        bench.run('CHECK', container, config),
        /Failed to match addr 10\.1\.10\.3\/24 on interface net1/,
      )
    })
  })

  it('sees in CHECK that the mode differs', async () => {
    await withAdded({ mode: 'private' }, async ({ bench, container, result }) => {
      const config = { ...bench.configFor(container), mode: 'bridge', prevResult: result }
      await assert.rejects(
        bench.run('CHECK', container, config),
        /container macvlan mode private does not match expected value: bridge/,
      )
    })
  })

  it('names the interfaces that are there when the master is missing', async () => {
    await rejects(
      { master: 'eth9' },
      /failed to lookup master "eth9": Link not found; the host has no interface of use|the host has/,
    )
  })

  it('says which bridge holds a master that is a port', async () => {
    await rejects(
      {},
      /failed to create macvlan: .*device or resource busy.*; master "ens6" is a port of "br0"/,
      ({ host }) => {
        runIn(host, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
        runIn(host, 'ip', 'link', 'set', 'ens6', 'master', 'br0')
      },
    )
  })

  const fixed = { type: 'static', addresses: [{ address: '192.168.0.20/24' }] }

  it('refuses a fixed address that another station has, and names its MAC', async () => {
    await withAdded({ ipam: fixed, mac: '02:00:00:00:00:aa' }, async ({ bench }) => {
      const other = bench.addContainer()
      const before = bench.describe(other)
      await assert.rejects(
        bench.run('ADD', other, { ...bench.configFor(other), mac: '02:00:00:00:00:bb' }),
        /Cannot give address 192\.168\.0\.20 to net1: the station with MAC 02:00:00:00:00:aa on its network has it already/,
      )
      await bench.expectState(before, other)
    })
  })

  it('gives a fixed address twice where the configuration only wants a warning', async () => {
    await withAdded({ ipam: { ...fixed, duplicateAddresses: 'warn' } }, async ({ bench }) => {
      const other = bench.addContainer()
      await bench.run('ADD', other, bench.configFor(other))
    })
  })

  it('refuses an MTU above that of the master', async () => {
    await rejects({ mtu: 9000 }, /invalid MTU 9000, must be \[0, master MTU\(1500\)\]/)
  })

  it('refuses an unknown mode and names those there are', async () => {
    await rejects(
      { mode: 'fast' },
      /unknown macvlan mode: "fast" \(there are bridge, private, vepa, passthru\)/,
    )
  })

  it('refuses an address that is not a MAC', async () => {
    await rejects(
      { mac: 'not-a-mac' },
      /invalid args "not-a-mac" for MAC addr: address not-a-mac: invalid MAC address/,
    )
  })

  it('leaves a link of the requested name alone', async () => {
    using bench = await Bench.create(macvlan, cases())
    const container = bench.addContainer()
    makeCard(bench.namespaceOf(container), 'net1')
    await assert.rejects(
      bench.run('ADD', container, bench.configFor(container)),
      /failed to rename macvlan to "net1": .*file exists/,
    )
    assert.ok(linkNames(bench.namespaceOf(container)).includes('net1'))
    assert.equal(
      dig(ip(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')[0], 'linkinfo', 'info_kind'),
      'veth',
    )
  })
})
