// SPDX-License-Identifier: Apache-2.0

// A node whose daemon is killed, or whose power fails, at any moment of an ADD.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { checkLeaks, linkNames, skip } from './fixture.ts'
import { Freezer } from './freezer.ts'
import { makeNodeWithNetworks, makeSandbox, reservations } from './multus-node.ts'
import type { MultusNode, NodeOptions } from './multus-node.ts'

checkLeaks()

// An ADD of three networks makes far fewer changes.
const mostChanges = 400

/** A node that has had a pod, and whose daemon cleans. */
async function usedNode(t: TestContext, options: NodeOptions = {}): Promise<MultusNode> {
  const node = await makeNodeWithNetworks(t, options)
  await node.multus.cleaning.afterBoot(AbortSignal.timeout(5000))
  await node.run('ADD')
  await node.run('DEL')
  return node
}

/** The containers that hold addresses, as the files say. */
function holders(node: MultusNode): readonly string[] {
  const texts = reservations(node).map((file) => readFileSync(join(node.directory, 'networks', file), 'utf8'))
  return [...new Set(texts.map((text) => text.split('\r\n')[0] ?? ''))].toSorted()
}

function records({ directory }: MultusNode): readonly string[] {
  const names = readdirSync(join(directory, 'multus'), { recursive: true }).map(String)
  return names.filter((name) => name !== 'results' && !/(^|\/)\./.test(name)).toSorted()
}

describe('a daemon that is killed during an ADD', { skip }, () => {
  it('leaves nothing that the DEL of the runtime does not release, wherever it was killed', async (t) => {
    let beforeKernelCall = (_call: string): void => undefined
    const node = await usedNode(t, { beforeKernelCall: (call) => beforeKernelCall(call) })
    using freezer = new Freezer(node.directory)
    beforeKernelCall = (call) => freezer.beforeKernelCall(call)
    let [place, wasKilled] = [0, true]
    while (wasKilled) {
      assert.ok(++place < mostChanges)
      freezer.arm(place)
      const containerId = `c${place}`
      const added = await node.run('ADD', { containerId }).then(
        () => true,
        () => false,
      )
      wasKilled = freezer.thaw()
      assert.equal(added, !wasKilled, `change ${place}`)
      node.restart()
      await node.run('DEL', { containerId })
      assert.deepEqual(
        [reservations(node), linkNames(node.pod), records(node)],
        [[], ['lo'], []],
        `change ${place}`,
      )
    }
    assert.deepEqual(
      linkNames(node.host).filter((name) => name.startsWith('veth')),
      [],
    )
    t.diagnostic(`${place} places`)
  })
})

/** What a power cut does to files that were written a moment ago. */
const losses = {
  nothing: () => undefined,
  'half of a file': () => undefined,
  'the content of all records': (node: MultusNode) => {
    for (const name of records(node)) truncateSync(join(node.directory, 'multus', name))
  },
}

describe('a power cut during an ADD', { skip }, () => {
  for (const [lost, lose] of Object.entries(losses)) {
    it(`leaves no address taken after the boot when ${lost} is lost, wherever it came`, async (t) => {
      const node = await usedNode(t)
      using freezer = new Freezer(node.directory)
      let [place, wasKilled, slowestMs] = [0, true, 0]
      while (wasKilled) {
        assert.ok(++place < mostChanges)
        const sandbox = makeSandbox({ after: () => undefined })
        freezer.arm(place, { torn: lost === 'half of a file' })
        await node.run('ADD', { containerId: `c${place}`, pod: sandbox }).catch(() => undefined)
        wasKilled = freezer.thaw()
        lose(node)
        sandbox[Symbol.dispose]()

        const startMs = performance.now()
        node.restart({ id: `boot-${place + 1}`, startedMs: Math.ceil(Date.now()) + 1000 })
        const signal = AbortSignal.timeout(10_000)
        await node.multus.cleaning.afterBoot(signal)
        assert.deepEqual(holders(node), [], `change ${place}, before any ADD is served`)
        const live = makeSandbox({ after: () => undefined })
        await node.run('ADD', { containerId: `live${place}`, pod: live })
        await node.multus.cleaning.round(signal)
        slowestMs = Math.max(slowestMs, performance.now() - startMs)
        assert.deepEqual(holders(node), [`live${place}`], `change ${place}`)
        assert.equal(reservations(node).length, 3)
        await node.run('DEL', { containerId: `live${place}`, pod: live })
        assert.deepEqual(
          records(node).filter((name) => !name.endsWith('.corrupt')),
          [],
          `change ${place}`,
        )
        live[Symbol.dispose]()
      }
      assert.ok(slowestMs < 10_000)
      t.diagnostic(`${place} places, at most ${Math.round(slowestMs)} ms from boot to clean`)
    })
  }
})
