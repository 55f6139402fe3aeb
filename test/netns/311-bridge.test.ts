// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { pbkdf2 } from 'node:crypto'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { silentLog } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { Namespace } from '../../src/linux/index.ts'
import { createBundledInvoke } from '../../src/plugins/index.ts'
import { Bench, testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import type { Container, PluginCases } from '../../src/plugins/kit/test-plugin.ts'
import { bridge } from '../../src/plugins/main/bridge/index.ts'
import { checkLeaks, dig, ip, ipOne, linkNames, runIn, skip } from './fixture.ts'

checkLeaks()

const ipam = { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }]], routes: [{ dst: '0.0.0.0/0' }] }
const dual = { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }], [{ subnet: 'fd00:88::/64' }]] }

function cases(config: JsonObject): PluginCases {
  return { config: { bridge: 'br0', ...config } }
}

testPlugin(bridge, { ...cases({ isGateway: true, ipam }), allocates: true })

interface Added {
  readonly bench: Bench
  readonly container: Container
  readonly result: JsonObject
}

async function withAdded(config: JsonObject, body: (added: Added) => void | Promise<void>): Promise<void> {
  using bench = await Bench.create(bridge, cases(config))
  const container = bench.addContainer()
  const result = await bench.run('ADD', container, bench.configFor(container))
  assert.ok(result)
  await body({ bench, container, result })
}

function hostPortName({ result }: Added): string {
  const name = Array.isArray(result['interfaces']) ? dig(result['interfaces'][1], 'name') : undefined
  assert.ok(typeof name === 'string')
  return name
}

/** The host end of the pair, as `ip` in the host says it. */
function hostPort(added: Added): JsonObject {
  return ipOne(added.bench.host, 'link', 'show', 'dev', hostPortName(added))
}

async function refused(config: JsonObject, expected: RegExp): Promise<void> {
  using bench = await Bench.create(bridge, cases({}))
  const container = bench.addContainer()
  const before = bench.describe(container)
  await assert.rejects(bench.run('ADD', container, { ...bench.configFor(container), ...config }), (error) => {
    assert.match(String(error), expected)
    return true
  })
  await bench.expectState(before, container)
}

/** Containers beside a host whose threads are all busy from when it is told to delete its first link. */
class RaceGround implements Disposable {
  readonly host = Namespace.create()
  readonly #containers: Namespace[] = []
  readonly #deleting = Promise.withResolvers<void>()
  readonly #watched = Namespace.open(this.host.path, { beforeCall: (call) => this.#see(call) })
  readonly #busy: Promise<void>[] = []

  /** Adds a container, with addresses of a plugin that is asked at once, `bad`, or answers in its time, `good`. */
  async add(containerId: string, ipamType: string): Promise<void> {
    const container = Namespace.create()
    this.#containers.push(container)
    const invoke = createBundledInvoke({
      plugins: new Map([[bridge.name, bridge]]),
      log: silentLog,
      host: () => this.#watched,
      fallback: async ({ type }) => {
        if (type === 'bad') throw new Error('no address')
        await Promise.all(this.#busy)
        return { cniVersion: '1.1.0', ips: [{ address: '10.88.0.2/24' }] }
      },
    })
    const config = {
      cniVersion: '1.1.0',
      name: 'race',
      type: 'bridge',
      bridge: 'br0',
      ipam: { type: ipamType },
    }
    const attachment = { containerId, ifName: 'net1', netns: container.path }
    await invoke({ ...attachment, type: 'bridge', command: 'ADD', args: '', path: [], config })
  }

  /** What `act` gives, begun as soon as the loop turns after the host was told to delete a link. */
  async atDeletion<T>(act: () => Promise<T>): Promise<T> {
    await this.#deleting.promise
    await setImmediate()
    return act()
  }

  #see(call: string): void {
    if (!call.startsWith('RTM_DELLINK')) return
    // More than there are threads; what is asked of them afterwards has to wait.
    for (let count = 0; count < 8; count++) this.#busy.push(occupyThread())
    this.#deleting.resolve()
  }

  [Symbol.dispose](): void {
    for (const namespace of [this.#watched, this.host, ...this.#containers]) namespace[Symbol.dispose]()
  }
}

async function occupyThread(): Promise<void> {
  await promisify(pbkdf2)('password', 'salt', 50_000, 64, 'sha512')
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

  it('takes the gateway address off a bridge that was there before, when it fails afterwards', async () => {
    using bench = await Bench.create(bridge, cases({ isGateway: true, forceAddress: true, ipam }))
    runIn(bench.host, 'ip', 'address', 'replace', '10.99.0.1/24', 'dev', 'br0')
    runIn(bench.host, 'ip', 'address', 'delete', '10.88.0.1/24', 'dev', 'br0')
    const container = bench.addContainer()
    const before = bench.describe(container)
    for (let call = 1; ; call++) {
      assert.ok(call < 200, 'ADD makes too many calls')
      bench.injector.arm(call)
      const outcome = await bench.run('ADD', container, bench.configFor(container)).catch(String)
      bench.injector.arm()
      if (typeof outcome !== 'string') break
      await bench.expectState(before, container)
    }
    assert.match(runIn(bench.host, 'ip', 'address', 'show', 'dev', 'br0'), /10\.88\.0\.1\/24/)
  })

  it('deletes its bridge before another ADD can find it, when it fails', async () => {
    using ground = new RaceGround()
    const [failing, other] = [
      ground.add('failing', 'bad'),
      ground.atDeletion(() => ground.add('other', 'good')),
    ]
    await assert.rejects(failing, /no address/)
    await other
    assert.equal(ip(ground.host, 'link', 'show', 'master', 'br0').length, 1)
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

  it('fails when its bridge is deleted under it', async () => {
    using bench = await Bench.create(bridge, cases({ ipam }))
    const container = bench.addContainer()
    const adding = bench.run('ADD', container, bench.configFor(container))
    runIn(bench.host, 'ip', 'link', 'delete', 'br0')
    runIn(bench.host, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
    await assert.rejects(adding, /the bridge was deleted meanwhile/)
    assert.deepEqual(linkNames(bench.namespaceOf(container)), ['lo'])
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

  it('fails on a bridge with another address, and names it', async () => {
    using bench = await Bench.create(bridge, cases({ isGateway: true, ipam }))
    const container = bench.addContainer()
    runIn(bench.host, 'ip', 'address', 'flush', 'dev', 'br0')
    runIn(bench.host, 'ip', 'address', 'add', '172.16.0.1/16', 'dev', 'br0')
    await assert.rejects(
      bench.run('ADD', container, bench.configFor(container)),
      /"br0" already has an IP address different from 10\.88\.0\.1\/24: it has 172\.16\.0\.1\/16; set "forceAddress"/,
    )
    assert.deepEqual(linkNames(bench.namespaceOf(container)), ['lo'])
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

  it('sees in CHECK that the port left the bridge', async () => {
    await withAdded({ ipam }, async (added) => {
      const { bench, container, result } = added
      const config = { ...bench.configFor(container), prevResult: result }
      await bench.run('CHECK', container, config)
      runIn(bench.host, 'ip', 'link', 'set', hostPortName(added), 'nomaster')
      await assert.rejects(bench.run('CHECK', container, config), /is not a port of bridge br0/)
    })
  })

  it('passes CHECK without ipam, other than the reference plugin', async () => {
    await withAdded({}, async ({ bench, container, result }) => {
      await bench.run('CHECK', container, { ...bench.configFor(container), prevResult: result })
    })
  })

  it('refuses a link of that name that is no bridge', async () => {
    using bench = await Bench.create(bridge, cases({}))
    runIn(bench.host, 'ip', 'link', 'add', 'plain', 'type', 'veth', 'peer', 'name', 'other')
    const container = bench.addContainer()
    await assert.rejects(
      bench.run('ADD', container, { ...bench.configFor(container), bridge: 'plain' }),
      /failed to create bridge "plain": "plain" already exists but is not a bridge/,
    )
  })

  it('refuses what excludes itself', async () => {
    await refused(
      { hairpinMode: true, promiscMode: true },
      /cannot set hairpin mode and promiscuous mode at the same time/,
    )
    await refused(
      { disableContainerInterface: true, ipam },
      /cannot use IPAM when DisableContainerInterface flag is set/,
    )
    await refused({ vlan: 4095 }, /invalid VLAN ID 4095 \(must be between 0 and 4094\)/)
  })

  for (const [key, value] of Object.entries({
    vlan: 100,
    vlanTrunk: [{ id: 5 }],
    ipMasq: true,
    macspoofchk: true,
  })) {
    it(`says that ${key} is not offered yet`, async () => {
      await refused({ [key]: value }, new RegExp(`unsupported field in network configuration: "${key}"`))
    })
  }
})
