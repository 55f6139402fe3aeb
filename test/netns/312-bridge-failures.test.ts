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
import { Bench } from '../../src/plugins/kit/test-plugin.ts'
import { bridge } from '../../src/plugins/main/bridge/index.ts'
import { cases, hostPortName, ipam, withAdded } from './added-to-bridge.ts'
import { checkLeaks, ip, linkNames, runIn, skip } from './fixture.ts'
import { assertAddRefused } from './plugin-bench.ts'

checkLeaks()

async function refused(config: JsonObject, expected: RegExp): Promise<void> {
  using bench = await Bench.create(bridge, cases({}))
  await assertAddRefused(bench, config, expected)
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

describe('bridge that fails or refuses', { skip }, () => {
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

  it('fails when its bridge is deleted under it', async () => {
    using bench = await Bench.create(bridge, cases({ ipam }))
    const container = bench.addContainer()
    const adding = bench.run('ADD', container, bench.configFor(container))
    runIn(bench.host, 'ip', 'link', 'delete', 'br0')
    runIn(bench.host, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
    await assert.rejects(adding, /the bridge was deleted meanwhile/)
    assert.deepEqual(linkNames(bench.namespaceOf(container)), ['lo'])
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

  it('sees in CHECK that the port left the bridge', async () => {
    await withAdded({ ipam }, async (added) => {
      const { bench, container, result } = added
      const config = { ...bench.configFor(container), prevResult: result }
      await bench.run('CHECK', container, config)
      runIn(bench.host, 'ip', 'link', 'set', hostPortName(added), 'nomaster')
      await assert.rejects(bench.run('CHECK', container, config), /is not a port of bridge br0/)
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
