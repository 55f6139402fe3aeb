// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { Bench, testPlugin } from '../../src/plugins/kit/test-plugin.ts'
import type { Container, PluginCases } from '../../src/plugins/kit/test-plugin.ts'
import { loopback } from '../../src/plugins/main/loopback.ts'
import { checkLeaks, skip } from './fixture.ts'

checkLeaks()

const cases: PluginCases = {
  config: {},
  repeatable: true,
  // The kernel leaves 127.0.0.1 on a loopback interface that has been up once.
  prepareContainer: (bench, container) => {
    for (const up of [true, false]) bench.namespaceOf(container).links.set(1, { up })
    return undefined
  },
}

testPlugin(loopback, cases)

describe('loopback', { skip }, () => {
  it('gives the first address of each family', async () => {
    using bench = await Bench.create(loopback, cases)
    const container = bench.addContainer()
    const result = await bench.run('ADD', container, bench.configFor(container))
    assert.deepEqual(result, {
      cniVersion: '1.1.0',
      interfaces: [{ name: 'lo', mac: '00:00:00:00:00:00', sandbox: container.netns }],
      ips: [
        { address: '127.0.0.1/8', interface: 0 },
        { address: '::1/128', interface: 0 },
      ],
    })
  })

  it('passes the result of the plugins before it on', async () => {
    using bench = await Bench.create(loopback, cases)
    const container = bench.addContainer()
    const prevResult = { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }] }
    const result = await bench.run('ADD', container, { ...bench.configFor(container), prevResult })
    assert.deepEqual(result, prevResult)
  })

  it('sees in CHECK that the interface is down', async () => {
    using bench = await Bench.create(loopback, cases)
    const container = bench.addContainer()
    const config = bench.configFor(container)
    await bench.run('ADD', container, config)
    await bench.run('CHECK', container, config)
    ip(bench, container, ['link', 'set', 'lo', 'down'])
    await assert.rejects(bench.run('CHECK', container, config), { message: 'loopback interface is down' })
  })

  it('refuses a loopback interface with an address of another network', async () => {
    using bench = await Bench.create(loopback, cases)
    const container = bench.addContainer()
    ip(bench, container, ['address', 'add', '10.1.2.3/24', 'dev', 'lo'])
    await assert.rejects(bench.run('ADD', container, bench.configFor(container)), {
      message: 'loopback interface found with non-loopback address "10.1.2.3/24"',
    })
  })
})

function ip(bench: Bench, container: Container, args: readonly string[]): void {
  bench.namespaceOf(container).run(() => void execFileSync('ip', args))
}
