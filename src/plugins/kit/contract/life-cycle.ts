// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compareVersions, parseResult } from '../../../cni/index.ts'
import type { Bench } from './bench.ts'

/** ADD, CHECK, DEL and DEL again, in every version of the specification and in the order of real life. */
export function testLifeCycle(bench: () => Bench, versions: readonly string[]): void {
  for (const version of versions) testVersion(bench, version)

  void it('refuses a second ADD of an attachment, or repeats it, without harm to the first', async () => {
    const { cases, plugin } = bench()
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    const result = await bench().run('ADD', container, config)
    const attached = bench().describe(container)
    const again = bench().run('ADD', container, config)
    if (cases.repeatable) await again
    else await assert.rejects(again, { name: 'CniError' })
    await bench().expectState(attached, container)
    if (plugin.kind !== 'meta')
      await bench().run('CHECK', container, { ...config, prevResult: result ?? null })
    await bench().run('DEL', container, config)
    await bench().expectState(before, container)
  })

  void it('deletes an attachment that was never added', async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    await bench().run('DEL', container, config)
    await bench().expectState(before, container)
  })
}

function testVersion(bench: () => Bench, version: string): void {
  void it(`adds, checks, deletes and deletes again in version ${version}`, async () => {
    const { refused } = bench().cases
    const container = bench().addContainer()
    const config = bench().configFor(container, version)
    const before = bench().describe(container)
    if (refused?.versions.includes(version)) {
      await assert.rejects(bench().run('ADD', container, config), refused.text)
      await bench().expectState(before, container)
    } else {
      const result = await bench().run('ADD', container, config)
      assert.equal(result?.cniVersion, version)
      parseResult(result, version)
      const withResult = { ...config, prevResult: result }
      if (compareVersions(version, '0.4.0') >= 0) await bench().run('CHECK', container, withResult)
      await bench().run('DEL', container, withResult)
      await bench().expectState(before, container)
    }
    await bench().run('DEL', container, config)
    await bench().expectState(before, container)
    bench().removeContainer(container)
  })
}
