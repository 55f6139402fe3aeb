// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { JsonObject } from '../../src/base/index.ts'
import { Bench, testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import { bridge } from '../../src/plugins/main/bridge/index.ts'
import { cases, hostPortName, ipam, withAdded } from './added-to-bridge.ts'
import { checkLeaks, dig, ip, ipOne, runIn, skip } from './fixture.ts'
import type { Added } from './plugin-bench.ts'

checkLeaks()

const dual = { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }], [{ subnet: 'fd00:88::/64' }]] }

testPlugin(bridge, { ...cases({ isGateway: true, ipam }), allocates: true })

/** The host end of the pair, as `ip` in the host says it. */
function hostPort(added: Added): JsonObject {
  return ipOne(added.bench.host, 'link', 'show', 'dev', hostPortName(added))
}

describe('bridge', { skip }, () => {
  it('connects the container to a bridge that it makes', async () => {
    await withAdded({ ipam }, (added) => {
      const { bench, container, result } = added
      assert.equal(hostPort(added)['master'], 'br0')
      assert.equal(dig(ipOne(bench.host, 'link', 'show', 'dev', 'br0'), 'linkinfo', 'info_kind'), 'bridge')
      const address = ipOne(bench.namespaceOf(container), '-4', 'address', 'show', 'dev', 'net1')
      assert.match(JSON.stringify(address), /"local":"10\.88\.0\.3","prefixlen":24/)
      assert.deepEqual(result['ips'], [{ address: '10.88.0.3/24', gateway: '10.88.0.1', interface: 2 }])
    })
  })

  it('reports bridge, host port and container with the MACs that they have', async () => {
    await withAdded({ ipam }, (added) => {
      const { bench, container, result } = added
      const macOf = (link: JsonObject) => link['address']
      assert.deepEqual(result['interfaces'], [
        { name: 'br0', mac: macOf(ipOne(bench.host, 'link', 'show', 'dev', 'br0')) },
        { name: hostPort(added)['ifname'], mac: macOf(hostPort(added)) },
        {
          name: 'net1',
          mac: macOf(ipOne(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')),
          sandbox: container.netns,
        },
      ])
    })
  })

  it('puts the gateway of each family on the bridge and forwards, with isGateway', async () => {
    await withAdded({ isGateway: true, ipam: dual }, ({ bench, container }) => {
      const addresses = JSON.stringify(ip(bench.host, 'address', 'show', 'dev', 'br0'))
      assert.match(addresses, /"local":"10\.88\.0\.1","prefixlen":24/)
      assert.match(addresses, /"local":"fd00:88::1","prefixlen":64/)
      assert.equal(runIn(bench.host, 'cat', '/proc/sys/net/ipv4/ip_forward').trim(), '1')
      assert.equal(runIn(bench.host, 'cat', '/proc/sys/net/ipv6/conf/all/forwarding').trim(), '1')
      runIn(bench.namespaceOf(container), 'ping', '-c', '1', '-W', '2', '10.88.0.1')
    })
  })

  it('makes the bridge the default route of each family, with isDefaultGateway', async () => {
    await withAdded({ isDefaultGateway: true, ipam: dual }, ({ bench, container, result }) => {
      const namespace = bench.namespaceOf(container)
      assert.match(runIn(namespace, 'ip', 'route'), /^default via 10\.88\.0\.1 dev net1/m)
      assert.match(runIn(namespace, 'ip', '-6', 'route'), /^default via fd00:88::1 dev net1/m)
      assert.deepEqual(result['routes'], [
        { dst: '0.0.0.0/0', gw: '10.88.0.1' },
        { dst: '::/0', gw: 'fd00:88::1' },
      ])
    })
  })

  it('gives the loop a turn now and then while it makes many routes', async () => {
    using bench = await Bench.create(bridge, cases({}))
    const container = bench.addContainer()
    const routes = Array.from({ length: 1000 }, (_, index) => ({
      dst: `20.${index >> 8}.${index & 255}.0/24`,
    }))
    const turnsWith = async (own: JsonObject): Promise<number> => {
      const config = {
        ...bench.configFor(container),
        ipam: {
          type: 'static',
          addresses: [{ address: '10.1.1.2/24' }],
          duplicateAddresses: 'ignore',
          ...own,
        },
      }
      let turns = 0
      const adding = bench.run('ADD', container, config)
      const ended = adding.then(() => 'ended')
      while ((await Promise.race([ended, setImmediate('turn')])) === 'turn') turns++
      await bench.run('DEL', container, config)
      return turns
    }
    const without = await turnsWith({})
    assert.ok((await turnsWith({ routes })) >= without + 10)
  })

  it('keeps one default route where the allocation brings one too', async () => {
    await withAdded({ isDefaultGateway: true, ipam }, ({ bench, container }) => {
      assert.equal(ip(bench.namespaceOf(container), 'route', 'show', 'default').length, 1)
    })
  })

  it('lets two containers of one network reach each other', async () => {
    await withAdded({ ipam }, async ({ bench, container }) => {
      const other = bench.addContainer()
      await bench.run('ADD', other, bench.configFor(other))
      runIn(bench.namespaceOf(container), 'ping', '-c', '1', '-W', '2', '10.88.0.4')
    })
  })

  it('is layer 2 only without ipam: up, on the bridge, no address', async () => {
    await withAdded({}, (added) => {
      const namespace = added.bench.namespaceOf(added.container)
      assert.match(runIn(namespace, 'ip', '-brief', 'link', 'show', 'dev', 'net1'), /UP/)
      assert.equal(runIn(namespace, 'ip', '-4', 'address', 'show', 'dev', 'net1'), '')
      assert.equal(hostPort(added)['master'], 'br0')
    })
  })

  it("leaves the container's end down with disableContainerInterface", async () => {
    await withAdded({ disableContainerInterface: true }, ({ bench, container }) => {
      const link = ipOne(bench.namespaceOf(container), 'link', 'show', 'dev', 'net1')
      assert.ok(Array.isArray(link['flags']) && !link['flags'].includes('UP'))
    })
  })

  it('sets hairpin mode and isolation on the port', async () => {
    await withAdded({ hairpinMode: true, portIsolation: true }, (added) => {
      const port = hostPort(added)
      assert.equal(dig(port, 'linkinfo', 'info_slave_data', 'hairpin'), true)
      assert.equal(dig(port, 'linkinfo', 'info_slave_data', 'isolated'), true)
    })
  })

  it('makes the bridge promiscuous with promiscMode', async () => {
    await withAdded({ promiscMode: true }, ({ bench }) => {
      assert.equal(ipOne(bench.host, 'link', 'show', 'dev', 'br0')['promiscuity'], 1)
    })
  })

  it('gives the container the MAC and the MTU that are asked for', async () => {
    await withAdded({ mtu: 1400, args: { cni: { mac: '02:00:00:00:00:31' } } }, (added) => {
      const link = ipOne(added.bench.namespaceOf(added.container), 'link', 'show', 'dev', 'net1')
      assert.equal(link['address'], '02:00:00:00:00:31')
      assert.equal(link['mtu'], 1400)
      assert.equal(hostPort(added)['mtu'], 1400)
    })
  })

  it('takes no router advertisements from containers', async () => {
    await withAdded({}, (added) => {
      for (const name of ['br0', hostPortName(added)]) {
        assert.equal(runIn(added.bench.host, 'cat', `/proc/sys/net/ipv6/conf/${name}/accept_ra`).trim(), '0')
      }
    })
  })

  it('pins the MAC of a gateway bridge, so that later ports do not change it', async () => {
    await withAdded({ isGateway: true, ipam }, async ({ bench }) => {
      const macOfBridge = () => ipOne(bench.host, 'link', 'show', 'dev', 'br0')['address']
      const before = macOfBridge()
      for (let count = 0; count < 4; count++) {
        const other = bench.addContainer()
        await bench.run('ADD', other, bench.configFor(other))
      }
      assert.equal(macOfBridge(), before)
    })
  })

  it('replaces another address with forceAddress', async () => {
    using bench = await Bench.create(bridge, cases({ isGateway: true, ipam }))
    const container = bench.addContainer()
    runIn(bench.host, 'ip', 'address', 'flush', 'dev', 'br0')
    runIn(bench.host, 'ip', 'address', 'add', '172.16.0.1/16', 'dev', 'br0')
    await bench.run('ADD', container, { ...bench.configFor(container), forceAddress: true })
    const addresses = runIn(bench.host, 'ip', '-4', '-brief', 'address', 'show', 'dev', 'br0')
    assert.match(addresses, /10\.88\.0\.1\/24/)
    assert.doesNotMatch(addresses, /172\.16/)
  })

  it('passes CHECK without ipam, other than the reference plugin', async () => {
    await withAdded({}, async ({ bench, container, result }) => {
      await bench.run('CHECK', container, { ...bench.configFor(container), prevResult: result })
    })
  })
})
