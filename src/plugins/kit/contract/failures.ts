// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Bench } from './bench.ts'

// Far more calls than any plugin makes; a bound for the loop.
const mostCalls = 400

/** A failure before each call to the kernel and each change to a file in turn. */
export function testFailures(bench: () => Bench): void {
  void it('leaves nothing behind when any single call of ADD fails', async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    for (let call = 1; ; call++) {
      assert.ok(call < mostCalls, 'ADD makes too many calls')
      bench().injector.arm(call)
      const failure = await bench()
        .run('ADD', container, config)
        .then(() => undefined, String)
      const { hasFailed } = bench().injector
      bench().injector.arm()
      if (failure === undefined) await bench().run('DEL', container, config)
      await bench().expectState(before, container)
      if (failure !== undefined) assert.match(failure, /injected before/)
      if (!hasFailed) break
    }
  })

  void it('finishes with a second DEL when any single call of the first one fails', async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    for (let call = 1; ; call++) {
      assert.ok(call < mostCalls, 'DEL makes too many calls')
      await bench().run('ADD', container, config)
      bench().injector.arm(call)
      await bench()
        .run('DEL', container, config)
        .catch(() => undefined)
      const { hasFailed } = bench().injector
      bench().injector.arm()
      await bench().run('DEL', container, config)
      await bench().expectState(before, container)
      if (!hasFailed) break
    }
  })
}
