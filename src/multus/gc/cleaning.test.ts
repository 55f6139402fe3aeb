// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { CniError } from '../../cni/index.ts'
import { unreachable } from '../fakes/fake-cluster.ts'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'
import type { CleaningReport } from './node-cleaner.ts'

const config = { cniVersion: '1.1.0', delegates: [{ type: 'bridge', name: 'weave', cniVersion: '1.1.0' }] }
const pod = { namespace: 'default', name: 'pod1' }
const runtimeId = 'ab'.repeat(32)

/** A node with one attached pod, cleaned once so that it knows its boot. */
async function nodeWithPod(
  t: { after(fn: () => void): void },
  { type = 'macvlan', ...options }: Parameters<typeof createFakeNode>[0] & { type?: string } = {},
): Promise<FakeNode> {
  const node = createFakeNode(options)
  t.after(() => node[Symbol.dispose]())
  for (const each of ['bridge', 'macvlan', 'acme']) node.plugins.install(each)
  node.cluster.putDefinition('default/net1', { type, name: 'net1', cniVersion: '1.1.0' })
  node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
  await node.run('ADD', { config })
  reserve(node, 'weave/10.0.0.2', 'c1\r\neth0')
  node.plugins.calls.length = 0
  return node
}

function reserve({ dataDir }: FakeNode, file: string, text: string): void {
  mkdirSync(join(dataDir, file, '..'), { recursive: true })
  writeFileSync(join(dataDir, file), text)
}

/** The reservations and the records of the node. */
function left({ dataDir, cniDir }: FakeNode): readonly string[] {
  const files = [dataDir, cniDir].flatMap((path) => readdirSync(path, { recursive: true }).map(String))
  return files.filter((name) => /\/10\.|^c\d$|^results\//.test(name)).toSorted()
}

const everything = ['c1', 'results/net1-c1-net1', 'results/weave-c1-eth0', 'weave/10.0.0.2']

async function clean({ multus }: FakeNode): Promise<CleaningReport> {
  return multus.cleaning.round(AbortSignal.timeout(5000))
}

async function afterBoot(node: FakeNode): Promise<CleaningReport> {
  // The node is started anew a moment after everything was written.
  node.restart({ id: 'boot-2', startedMs: Date.now() + 1000 })
  return node.multus.cleaning.afterBoot(AbortSignal.timeout(5000))
}

describe('a round of cleaning', () => {
  test('releases a sandbox whose namespace and pod are gone', async (t) => {
    const node = await nodeWithPod(t)
    node.removeNamespace()
    node.cluster.removePod(pod)
    assert.deepEqual(await clean(node), { sandboxes: 1, released: 1, addresses: 1, left: 0, unsure: 0 })
    assert.deepEqual(node.plugins.lines, ['DEL macvlan net1 net1', 'DEL bridge eth0 weave'])
    assert.deepEqual(left(node), [])
  })

  test('leaves a sandbox alone whose namespace is there, although its pod is gone', async (t) => {
    const node = await nodeWithPod(t)
    node.cluster.removePod(pod)
    assert.equal((await clean(node)).released, 0)
    assert.deepEqual(left(node), everything)
    assert.deepEqual(
      node.cluster.requests.filter((line) => line.startsWith('GET pod')),
      [],
    )
  })

  test('leaves a sandbox alone whose pod is there, although its namespace is gone', async (t) => {
    const node = await nodeWithPod(t)
    node.removeNamespace()
    assert.deepEqual(await clean(node), { sandboxes: 1, released: 0, addresses: 0, left: 0, unsure: 1 })
    assert.deepEqual(left(node), everything)
  })

  test('leaves a sandbox alone whose namespace cannot be seen, although its pod is gone', async (t) => {
    const node = await nodeWithPod(t)
    node.hideNamespace()
    node.cluster.removePod(pod)
    assert.deepEqual(await clean(node), { sandboxes: 1, released: 0, addresses: 0, left: 0, unsure: 1 })
    assert.deepEqual(left(node), everything)
  })

  test('leaves a sandbox alone that was gone and is there again', async (t) => {
    const node = await nodeWithPod(t)
    node.removeNamespace()
    node.cluster.removePod(pod)
    node.plugins.install('macvlan', { DEL: new CniError(11, 'busy') })
    assert.equal((await clean(node)).left, 1)
    node.plugins.install('macvlan')
    node.bringNamespaceBack()
    for (const name of ['eth0', 'net1']) node.namespace.removeLink(name)
    node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
    await node.run('ADD', { config })
    assert.deepEqual(await clean(node), { sandboxes: 1, released: 0, addresses: 0, left: 0, unsure: 0 })
    assert.deepEqual(left(node), everything)
  })

  test('releases it when another pod has taken the name', async (t) => {
    const node = await nodeWithPod(t)
    node.removeNamespace()
    node.cluster.putPod({ uid: 'uid-2' })
    assert.equal((await clean(node)).released, 1)
    assert.deepEqual(left(node), [])
  })

  test('waits while the API does not answer', async (t) => {
    const node = await nodeWithPod(t)
    node.removeNamespace()
    node.cluster.removePod(pod)
    node.cluster.failures.pod = unreachable()
    assert.equal((await clean(node)).unsure, 1)
    assert.deepEqual(left(node), everything)
    node.cluster.failures.pod = undefined
    assert.equal((await clean(node)).released, 1)
  })

  test('waits while the record is young', async (t) => {
    const node = await nodeWithPod(t, { timing: { gcGraceMs: 60_000 } })
    node.removeNamespace()
    node.cluster.removePod(pod)
    node.restart()
    assert.equal((await clean(node)).unsure, 1)
    for (const file of everything.slice(0, 3)) utimesSync(join(node.cniDir, file), 1, 1)
    assert.equal((await clean(node)).released, 1)
  })

  test('takes no part in an ADD that is under way', async (t) => {
    const node = await nodeWithPod(t)
    for (const name of ['eth0', 'net1']) node.namespace.removeLink(name)
    const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    node.plugins.install('macvlan', {
      ADD: async () => {
        reached.resolve()
        await goOn.promise
        return { cniVersion: '1.1.0' }
      },
    })
    const adding = node.run('ADD', { config })
    await reached.promise
    node.removeNamespace()
    node.cluster.removePod(pod)
    assert.equal((await clean(node)).released, 0)
    goOn.resolve()
    await adding
  })

  test('finds a sandbox of which an ADD that was killed wrote down the beginning only', async (t) => {
    const node = await nodeWithPod(t)
    rmSync(join(node.cniDir, 'results'), { recursive: true })
    node.removeNamespace()
    node.cluster.removePod(pod)
    assert.equal((await clean(node)).released, 1)
    assert.deepEqual(left(node), [])
  })

  test('keeps what a plugin could not release for the next round, also after a restart', async (t) => {
    const node = await nodeWithPod(t)
    node.removeNamespace()
    node.cluster.removePod(pod)
    node.plugins.install('macvlan', { DEL: new CniError(11, 'busy') })
    assert.deepEqual(await clean(node), { sandboxes: 1, released: 0, addresses: 0, left: 1, unsure: 0 })
    node.restart()
    node.plugins.install('macvlan')
    assert.equal((await clean(node)).released, 1)
    assert.deepEqual(left(node), [])
  })

  test('never frees what it knows nothing of', async (t) => {
    const node = await nodeWithPod(t)
    reserve(node, 'other/10.9.0.2', `${runtimeId}\r\neth0`)
    node.removeNamespace()
    node.cluster.removePod(pod)
    await clean(node)
    assert.deepEqual(left(node), ['other/10.9.0.2'])
  })

  test('does nothing in a directory that is not there', async (t) => {
    const node = createFakeNode()
    t.after(() => node[Symbol.dispose]())
    assert.deepEqual(await clean(node), { sandboxes: 0, released: 0, addresses: 0, left: 0, unsure: 0 })
  })
})

describe('the first look after a boot', () => {
  test('frees everything of the earlier boot at once, without plugins and without the API', async (t) => {
    const node = await nodeWithPod(t)
    await clean(node)
    node.removeNamespace()
    Object.assign(node.cluster.failures, { pod: unreachable(), definition: unreachable() })
    const asked = node.cluster.requests.length
    assert.deepEqual(await afterBoot(node), { sandboxes: 1, released: 1, addresses: 1, left: 0, unsure: 0 })
    assert.deepEqual(left(node), [])
    assert.deepEqual([node.plugins.lines, node.cluster.requests.length], [[], asked])
  })

  test('frees the address of a record that a power cut left empty', async (t) => {
    const node = await nodeWithPod(t)
    await clean(node)
    node.removeNamespace()
    for (const file of everything.slice(0, 3)) truncateSync(join(node.cniDir, file))
    assert.equal((await afterBoot(node)).addresses, 1)
    assert.deepEqual(
      left(node).filter((name) => name.includes('10.')),
      [],
    )
    assert.equal((await clean(node)).left, 0)
    assert.ok(!left(node).includes('c1'))
  })

  test('leaves plugins that hold something elsewhere to the round that follows', async (t) => {
    const node = await nodeWithPod(t, { type: 'acme' })
    await clean(node)
    node.removeNamespace()
    assert.deepEqual(await afterBoot(node), { sandboxes: 1, released: 0, addresses: 1, left: 1, unsure: 0 })
    assert.equal((await clean(node)).released, 1)
    assert.deepEqual(node.plugins.lines, ['DEL acme net1 net1', 'DEL bridge eth0 weave'])
    assert.deepEqual(left(node), [])
  })

  test('leaves alone what was written in this boot, and what has a namespace', async (t) => {
    const node = await nodeWithPod(t)
    await clean(node)
    assert.equal((await afterBoot(node)).released, 0)
    node.removeNamespace()
    node.restart({ id: 'boot-3', startedMs: 1000 })
    await node.multus.cleaning.afterBoot(AbortSignal.timeout(5000))
    assert.deepEqual(left(node), everything)
  })

  test('does nothing when only the daemon was restarted', async (t) => {
    const node = await nodeWithPod(t)
    await clean(node)
    node.removeNamespace()
    node.restart()
    assert.equal((await node.multus.cleaning.afterBoot(AbortSignal.timeout(5000))).released, 0)
    assert.deepEqual(left(node), everything)
  })

  test('frees reservations of other runtimes that the earlier boot had, and no others', async (t) => {
    const node = await nodeWithPod(t)
    reserve(node, 'other/10.9.0.2', `${runtimeId}\r\neth0`)
    reserve(node, 'other/10.9.0.3', 'kept free by hand')
    await clean(node)
    reserve(node, 'other/10.9.0.4', `${'cd'.repeat(32)}\r\neth0`)
    await afterBoot(node)
    assert.deepEqual(
      left(node).filter((name) => name.startsWith('other/')),
      ['other/10.9.0.3', 'other/10.9.0.4'],
    )
  })
})
