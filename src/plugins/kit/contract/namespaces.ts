// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Bench } from './bench.ts'
import type { Container } from './cases.ts'

/** Calls whose namespace is missing, gone, none, or the host's. */
export function testNamespaces(bench: () => Bench): void {
  const gone: Readonly<Record<string, (container: Container) => string>> = {
    'without a namespace': () => '',
    'whose namespace has vanished': () => '/proc/self/fd/999999',
    'whose namespace is a plain file by now': () => '/etc/hostname',
  }
  for (const [what, pathOf] of Object.entries(gone)) {
    void it(`deletes an attachment ${what}, and gives its addresses back`, async () => {
      const before = bench().describe()
      const container = bench().addContainer()
      const config = bench().configFor(container)
      await bench().run('ADD', container, config)
      bench().removeContainer(container)
      const late = { ...container, netns: pathOf(container) }
      await bench().run('DEL', late, config)
      await bench().run('DEL', late, config)
      await bench().expectState(before)
    })
  }
}

/** A plugin that works in namespaces must not take the host's for the container's. */
export function testOwnNamespace(bench: () => Bench): void {
  void it("refuses a container that is the host's own namespace, and changes nothing", async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    const own = { ...container, netns: bench().host.path }
    await assert.rejects(bench().run('ADD', own, config), { code: 8 })
    await bench().run('DEL', own, config)
    await bench().expectState(before, container)
  })
}

/** A plugin that makes something inside of the container needs its namespace. */
export function testMissingNamespace(bench: () => Bench): void {
  void it('refuses to add to a namespace that does not exist, and changes nothing', async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    const missing = { ...container, netns: '/proc/self/fd/999999' }
    await assert.rejects(bench().run('ADD', missing, config), /failed to open netns|failed to Statfs/)
    await bench().expectState(before, container)
  })
}
