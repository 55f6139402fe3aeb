// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../../src/base/index.ts'
import { addNetwork, delNetwork, execPlugin, parseNetworkConfig } from '../../src/cni/index.ts'
import { createBundledInvoke, loadPlugins } from '../../src/plugins/index.ts'
import { checkLeaks, skip } from './fixture.ts'
import { makeMultusNode, multusConfig } from './multus-node.ts'

checkLeaks()

const rounds = 60
const mostMs = 2
// Others may keep the machine busy meanwhile.
const attempts = 3

/** Of the second half, when the code is warm. */
function median(numbers: readonly number[]): number {
  const warm = numbers.slice(numbers.length / 2).toSorted((a, b) => a - b)
  return warm[Math.floor(warm.length / 2)] ?? Infinity
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

describe('a pod without annotations', { skip }, () => {
  it(`takes at most ${mostMs} ms more than its default network alone`, async (t) => {
    const node = await makeMultusNode(t)
    const invoke = createBundledInvoke({
      plugins: await loadPlugins(),
      fallback: execPlugin,
      log: silentLog,
      host: () => node.host,
    })
    const { delegates } = multusConfig(node.directory)
    assert.ok(Array.isArray(delegates))
    const network = parseNetworkConfig(delegates[0])
    const libcni = { invoke, cacheDir: `${node.directory}/alone`, path: [] }
    const runtime = {
      containerId: 'alone',
      netns: node.pod.path,
      ifName: 'eth0',
      args: [],
      capabilityArgs: {},
    }
    const measure = async (): Promise<number> => {
      const alone: number[] = []
      const withMultus: number[] = []
      for (let round = 0; round < rounds; round++) {
        alone.push(await timed(() => addNetwork(libcni, network, runtime)))
        await delNetwork(libcni, network, runtime)
        withMultus.push(await timed(() => node.run('ADD')))
        await node.run('DEL')
      }
      t.diagnostic(`${median(alone).toFixed(2)} ms alone, ${median(withMultus).toFixed(2)} ms with Multus`)
      return median(withMultus) - median(alone)
    }
    let moreMs = Infinity
    for (let attempt = 0; attempt < attempts && moreMs > mostMs; attempt++) moreMs = await measure()
    assert.ok(moreMs <= mostMs, `${moreMs} ms more`)
  })
})
