// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/index.ts'
import { Bench, testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import type { Container, PluginCases } from '../../src/plugins/kit/test-plugin.ts'
import { sbr } from '../../src/plugins/meta/sbr/index.ts'
import { checkLeaks, dig, ip, linkNames, makeCard, runIn, skip } from './fixture.ts'

checkLeaks()

/** An interface as macvlan with static addresses leaves it, and its result. */
function prepareContainer(bench: Bench, { netns, ...container }: Container): JsonObject {
  const namespace = bench.namespaceOf({ netns, ...container })
  if (!linkNames(namespace).includes('net1')) {
    makeCard(namespace, 'net1')
    runIn(namespace, 'ip', 'address', 'add', '192.168.0.20/24', 'dev', 'net1')
    runIn(namespace, 'ip', '-6', 'address', 'add', 'fd00::20/64', 'dev', 'net1', 'nodad')
  }
  return {
    interfaces: [{ name: 'net1', sandbox: netns }],
    // Before 1.0.0 addresses have a version; since then the key is one of those that nobody knows.
    ips: [
      { version: '4', address: '192.168.0.20/24', gateway: '192.168.0.254', interface: 0 },
      { version: '6', address: 'fd00::20/64', interface: 0 },
    ],
  }
}

const old = { versions: ['0.1.0', '0.2.0'], text: /incompatible CNI versions/ }

function cases(config: JsonObject = {}): PluginCases {
  return { config, prepareContainer, refused: old }
}

testPlugin(sbr, { ...cases(), repeatable: false })

/** A route via a router of the subnet, which belongs into the table. */
function addDistantRoute(bench: Bench, container: Container): void {
  runIn(bench.namespaceOf(container), 'ip', 'route', 'add', '10.20.0.0/16', 'via', '192.168.0.1')
}

interface Added {
  readonly bench: Bench
  readonly container: Container
  readonly config: JsonObject
  /** What a program prints inside the container. */
  readonly run: (program: string, ...args: readonly string[]) => string
}

async function withAdded(own: JsonObject, body: (added: Added) => void | Promise<void>): Promise<void> {
  using bench = await Bench.create(sbr, cases(own))
  const container = bench.addContainer()
  const config = bench.configFor(container)
  addDistantRoute(bench, container)
  await bench.run('ADD', container, config)
  const run = (program: string, ...args: readonly string[]) =>
    runIn(bench.namespaceOf(container), program, ...args)
  await body({ bench, container, config, run })
}

describe('sbr', { skip }, () => {
  it('passes the result on as it came', async () => {
    using bench = await Bench.create(sbr, cases())
    const container = bench.addContainer()
    const config = bench.configFor(container, '0.4.0')
    const result = await bench.run('ADD', container, config)
    assert.deepEqual(result?.['ips'], dig(config, 'prevResult', 'ips'))
  })

  it('refuses an address that has a rule', async () => {
    await withAdded({}, async ({ bench, container, config }) => {
      await assert.rejects(
        bench.run('ADD', container, config),
        /Cannot route by source 192\.168\.0\.20\/32: there is a rule from it to table 100/,
      )
    })
  })

  it('leads traffic from the address to a table with the gateway as its default route', async () => {
    await withAdded({}, ({ run }) => {
      assert.match(run('ip', 'rule'), /from 192\.168\.0\.20 lookup 100/)
      assert.match(run('ip', 'route', 'show', 'table', '100'), /^default via 192\.168\.0\.254 dev net1/m)
      assert.match(
        run('ip', 'route', 'get', '8.8.8.8', 'from', '192.168.0.20'),
        /via 192\.168\.0\.254 dev net1 table 100/,
      )
    })
  })

  it('keeps connected routes in main, so that unbound traffic to the subnet leaves by the interface', async () => {
    await withAdded({}, ({ run }) => {
      assert.match(run('ip', 'route'), /^192\.168\.0\.0\/24 dev net1/m)
      assert.match(run('ip', '-6', 'route'), /^fd00::\/64 dev net1/m)
      assert.match(run('ip', 'route', 'get', '192.168.0.7'), /dev net1/)
    })
  })

  it('moves routes via the subnet from main into the table', async () => {
    await withAdded({}, ({ run }) => {
      assert.doesNotMatch(run('ip', 'route'), /10\.20\.0\.0/)
      assert.match(
        run('ip', 'route', 'show', 'table', '100'),
        /^10\.20\.0\.0\/16 via 192\.168\.0\.1 dev net1/m,
      )
    })
  })

  it('copies routes to gateways that are only said to be on the link', async () => {
    using bench = await Bench.create(sbr, cases())
    const container = bench.addContainer()
    const config = bench.configFor(container)
    const run = (...args: readonly string[]) => runIn(bench.namespaceOf(container), 'ip', ...args)
    run('route', 'add', '10.20.0.0/16', 'via', '169.254.1.1', 'dev', 'net1', 'src', '192.168.0.20', 'onlink')
    await bench.run('ADD', container, config)
    assert.match(
      run('route', 'show', 'table', '100'),
      /^10\.20\.0\.0\/16 via 169\.254\.1\.1 dev net1.* onlink/m,
    )
  })

  it('puts moved routes back when it fails, although the link has no carrier', async () => {
    using bench = await Bench.create(sbr, cases())
    const container = bench.addContainer()
    const namespace = bench.namespaceOf(container)
    runIn(namespace, 'ip', 'link', 'add', 'net1', 'type', 'veth', 'peer', 'name', 'unplugged')
    runIn(namespace, 'ip', 'link', 'set', 'net1', 'up')
    runIn(namespace, 'ip', 'address', 'add', '192.168.0.20/24', 'dev', 'net1')
    runIn(namespace, 'ip', '-6', 'address', 'add', 'fd00::20/64', 'dev', 'net1', 'nodad')
    addDistantRoute(bench, container)
    runIn(namespace, 'ip', 'route', 'add', '10.21.0.0/16', 'via', '192.168.0.1')
    const config = bench.configFor(container)
    const before = bench.describe(container)
    assert.match(runIn(namespace, 'ip', 'route'), /linkdown/)
    for (let call = 1; ; call++) {
      assert.ok(call < 100, 'ADD makes too many calls')
      bench.injector.arm(call)
      const outcome = await bench.run('ADD', container, config).catch(String)
      bench.injector.arm()
      if (typeof outcome !== 'string') break
      await bench.expectState(before, container)
    }
  })

  it('makes a rule for each family', async () => {
    await withAdded({}, ({ run }) => {
      assert.match(run('ip', '-6', 'rule'), /from fd00::20 lookup 101/)
    })
  })

  it('only makes rules to a table that is named', async () => {
    await withAdded({ table: 500 }, ({ run }) => {
      assert.match(run('ip', 'rule'), /from 192\.168\.0\.20 lookup 500/)
      assert.match(run('ip', 'route'), /10\.20\.0\.0/)
      assert.throws(() => run('ip', 'route', 'show', 'table', '500'), /FIB table does not exist/)
    })
  })

  it('takes gateways from the configuration, one for each family', async () => {
    await withAdded({ gateways: ['192.168.0.1', 'fd00::1'] }, ({ run }) => {
      assert.match(run('ip', 'route', 'show', 'table', '100'), /^default via 192\.168\.0\.1 dev net1/m)
      assert.match(run('ip', '-6', 'route', 'show', 'table', '101'), /^default via fd00::1 dev net1/m)
    })
  })

  it('lets connected routes name the address with addSourceHints', async () => {
    await withAdded({ addSourceHints: true }, ({ run }) => {
      assert.match(run('ip', 'route', 'get', '192.168.0.7'), /src 192\.168\.0\.20/)
    })
  })

  it('removes its rules with DEL, and no others', async () => {
    await withAdded({}, async ({ bench, container, config, run }) => {
      run('ip', 'rule', 'add', 'from', '192.168.0.99', 'lookup', '200')
      await bench.run('DEL', container, config)
      assert.doesNotMatch(run('ip', 'rule'), /192\.168\.0\.20 /)
      assert.match(run('ip', 'rule'), /192\.168\.0\.99/)
    })
  })

  it('removes its rules although the interface is gone', async () => {
    await withAdded({}, async ({ bench, container, config, run }) => {
      run('ip', 'link', 'delete', 'net1')
      await bench.run('DEL', container, config)
      assert.equal(
        ip(bench.namespaceOf(container), 'rule').filter(({ src }) => src === '192.168.0.20').length,
        0,
      )
    })
  })

  it('sees in CHECK that a rule is gone', async () => {
    await withAdded({}, async ({ bench, container, config, run }) => {
      await bench.run('CHECK', container, config)
      run('ip', 'rule', 'delete', 'from', '192.168.0.20')
      await assert.rejects(
        bench.run('CHECK', container, config),
        /Expected rule from 192\.168\.0\.20\/32 not found/,
      )
    })
  })

  const refusals: readonly (readonly [JsonObject, RegExp])[] = [
    [{ prevResult: null }, /This plugin must be called as chained plugin/],
    [{ prevResult: { cniVersion: '1.1.0' } }, /No IP addresses supplied on interface: net1/],
    [
      { gateways: ['192.168.0.1', '192.168.0.2'] },
      /gateways list contains multiple IPv4 addresses: 192\.168\.0\.1 and 192\.168\.0\.2/,
    ],
    [{ gateways: ['a', 'b', 'c'] }, /gateways list cannot contain more than 2 entries/],
    [{ gateways: ['gateway'] }, /invalid static gateway IP address: gateway/],
  ]
  for (const [own, expected] of refusals) {
    it(`refuses ${JSON.stringify(own)}`, async () => {
      using bench = await Bench.create(sbr, cases())
      const container = bench.addContainer()
      const config = bench.configFor(container)
      const before = bench.describe(container)
      await assert.rejects(bench.run('ADD', container, { ...config, ...own }), (error) => {
        assert.match(String(error), expected)
        return true
      })
      await bench.expectState(before, container)
    })
  }
})
