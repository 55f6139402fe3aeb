// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Limiter, waitFor } from '../../src/base/index.ts'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { reasonToSkip } from './built-kubernetes.ts'
import { Chance } from './chance.ts'
import { RuntimeNode } from './runtime-node.ts'
import { addressesIn, addSandbox, removeSandbox } from './sandboxes.ts'
import { stockOf } from './stock.ts'
import { pollStatus, upAndDown } from './up-and-down.ts'

const built = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'crictl']
const skip = noNamespaces || reasonToSkip(built, ['runc', 'busybox', 'setpriv', 'ip'])
const threeInterfaces = [/^127\./, /^10\.88\.0\.\d+$/, /^10\.1\.0\.\d+$/, /^10\.2\.0\.\d+$/]
const [count, atOnce, seed] = [300, 8, 20_557]

checkLeaks()

describe('under containerd', { skip }, () => {
  let node: RuntimeNode
  before(async () => {
    node = await RuntimeNode.start()
    // What the first pod brings stays: the bridge, and the files that host-local keeps of a network.
    await addSandbox(node, 'first')
    await removeSandbox(node, 'first')
  })
  after(async () => node[Symbol.asyncDispose]())

  test('a sandbox has the network of the cluster and both of its own, and all go with it', async () => {
    const untouched = stockOf(node)
    expectThreeInterfaces(addressesIn(await addSandbox(node, 'pod')))
    assert.notDeepEqual(stockOf(node), untouched)
    await removeSandbox(node, 'pod')
    assert.deepEqual(stockOf(node), untouched)
  })

  test('the runtime tells kubelet whether there is a daemon', async () => {
    assert.deepEqual(await node.cri.networkStatus(), { ready: true, message: '' })
    await node.daemon.end('SIGKILL')
    const { message } = await untilNetworkIs(false)
    assert.match(message, /multus\.sock/)
    await node.daemon.start()
    await untilNetworkIs(true)
  })

  test(`${count} sandboxes come and go while the daemon is stopped, killed and started`, async (t) => {
    const untouched = stockOf(node)
    const end = new AbortController()
    const chance = new Chance(seed)
    const trouble = Promise.all([
      upAndDown(node, { chance, signal: end.signal }),
      pollStatus(node, end.signal),
    ])
    const inUse = new Set<string>()
    const lanes = new Limiter({ concurrency: atOnce })
    const names = Array.from({ length: count }, (_, number) => `pod${number}`)
    const startedMs = performance.now()
    try {
      await Promise.all(names.map(async (name) => lanes.run(async () => comeAndGo(name, inUse))))
    } finally {
      end.abort()
    }
    const [{ stopped, killed }, statuses] = await trouble
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    t.diagnostic(`${seconds} s; daemon stopped ${stopped} times, killed ${killed} times; seed ${seed}`)
    t.diagnostic(`${statuses.length} STATUS, ${statuses.filter(Boolean).length} of them good`)
    assert.deepEqual(await node.cri.sandboxes(), [])
    await untilStockIs(untouched)
  })

  /** The life of one pod; no other may have its addresses meanwhile. */
  async function comeAndGo(name: string, inUse: Set<string>): Promise<void> {
    const addresses = addressesIn(await addSandbox(node, name))
    expectThreeInterfaces(addresses)
    const { lo: _, ...own } = addresses
    for (const address of Object.values(own)) {
      assert.ok(!inUse.has(address), `${name} has got ${address}, and so has another pod`)
      inUse.add(address)
    }
    for (const address of Object.values(own)) inUse.delete(address)
    await removeSandbox(node, name)
  }

  async function untilNetworkIs(ready: boolean): Promise<{ readonly message: string }> {
    const status = async (): Promise<{ message: string } | undefined> => {
      const found = await node.cri.networkStatus()
      return found.ready === ready ? found : undefined
    }
    return waitFor(status, { timeoutMs: 20_000, intervalMs: 100, what: `the network to be ready: ${ready}` })
  }

  async function untilStockIs(expected: ReturnType<typeof stockOf>): Promise<void> {
    const isEqual = (): boolean => JSON.stringify(stockOf(node)) === JSON.stringify(expected)
    // What is still there is told by the comparison.
    await waitFor(isEqual, { timeoutMs: 15_000, intervalMs: 100, what: 'the rest' }).catch(() => undefined)
    assert.deepEqual(stockOf(node), expected)
  }
})

function expectThreeInterfaces(addresses: Readonly<Record<string, string>>): void {
  assert.deepEqual(Object.keys(addresses), ['lo', 'eth0', 'net1', 'net2'])
  for (const [number, address] of Object.values(addresses).entries()) {
    assert.match(address, threeInterfaces[number] ?? /nothing/)
  }
}
