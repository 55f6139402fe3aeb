// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseResult } from '../../../cni/index.ts'
import type { Bench } from './bench.ts'

const crowd = 50

/** Many containers at the same time. */
export function testConcurrency(bench: () => Bench): void {
  void it(`gives ${crowd} containers at once ${crowd} different addresses, and takes all back`, async () => {
    const before = bench().describe()
    const containers = Array.from({ length: crowd }, () => bench().addContainer())
    const calls = containers.map((container) => [container, bench().configFor(container)] as const)
    const results = await Promise.all(
      calls.map(([container, config]) => bench().run('ADD', container, config)),
    )
    const addresses = results.flatMap(
      (result) => parseResult(result ?? {}, '1.1.0').ips?.map(({ address }) => address) ?? [],
    )
    assert.equal(addresses.length % crowd, 0)
    assert.ok(addresses.length > 0)
    assert.equal(new Set(addresses).size, addresses.length)
    await Promise.all(calls.map(([container, config]) => bench().run('DEL', container, config)))
    for (const container of containers) bench().removeContainer(container)
    await bench().expectState(before)
  })
}
