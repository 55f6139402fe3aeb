// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { waitFor } from '../../../src/base/index.ts'
import { pods } from '../../../src/kubernetes/index.ts'
import type { Pod, WatchEvent } from '../../../src/kubernetes/index.ts'
import { createPod, removePod, second } from './bench.ts'
import type { Bench } from './bench.ts'

const show = (event: WatchEvent<Pod>): string =>
  event.type === 'BOOKMARK' ? event.type : `${event.type} ${event.object.metadata.name}`

/** Lists by selectors, pages and versions. */
export function testLists(bench: () => Bench): void {
  it('lists by namespace, label and field, in pages and from the cache', async () => {
    const { client, namespace } = bench()
    for (const name of ['list-a', 'list-b', 'list-c'])
      await createPod(bench(), name, { suite: 'list', own: name })
    const names = async (options: object): Promise<string[]> => {
      const { items, resourceVersion } = await client.list(pods, { namespace, ...options })
      assert.notEqual(resourceVersion, '')
      return items.map(({ metadata }) => metadata.name)
    }
    assert.deepEqual(await names({ labelSelector: 'suite=list' }), ['list-a', 'list-b', 'list-c'])
    assert.deepEqual(await names({ labelSelector: 'suite=list', pageSize: 2 }), [
      'list-a',
      'list-b',
      'list-c',
    ])
    assert.deepEqual(await names({ labelSelector: 'suite=list,own!=list-b' }), ['list-a', 'list-c'])
    assert.deepEqual(await names({ labelSelector: 'own in (list-a, list-c)' }), ['list-a', 'list-c'])
    assert.deepEqual(await names({ fieldSelector: 'metadata.name=list-b' }), ['list-b'])
    const node = { fieldSelector: 'spec.nodeName=contract-node', labelSelector: 'suite=list' }
    assert.equal((await names(node)).length, 3)
    assert.deepEqual(await names({ ...node, fieldSelector: 'spec.nodeName=elsewhere' }), [])
    // The cache of a real server may be a moment behind its store.
    const cached = { labelSelector: 'suite=list', resourceVersion: '0' }
    await waitFor(async () => (await names(cached)).length === 3, {
      timeoutMs: 5 * second,
      what: 'the cache',
    })
    const { items } = await client.list(pods, { labelSelector: 'suite=list' })
    assert.equal(items.filter(({ metadata }) => metadata.namespace === namespace).length, 3)
  })
}

/** Watches from a version on. */
export function testWatches(bench: () => Bench): void {
  it('watches on from a list: all that came later, in order, and nothing before', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'watched-before', { suite: 'watch' })
    const selection = { namespace, labelSelector: 'suite=watch' }
    const { resourceVersion } = await client.list(pods, selection)
    await createPod(bench(), 'watched', { suite: 'watch' })
    const ref = { namespace, name: 'watched' }
    await client.patch(pods, ref, { metadata: { labels: { step: '2' } } }, { type: 'merge' })
    // Leaving the selection looks like a removal, coming back like a new object.
    await client.patch(pods, ref, { metadata: { labels: { suite: 'other' } } }, { type: 'merge' })
    await client.patch(pods, ref, { metadata: { labels: { suite: 'watch' } } }, { type: 'merge' })
    await removePod(bench(), 'watched')
    const seen: string[] = []
    const versions: string[] = []
    for await (const event of client.watch(pods, { ...selection, resourceVersion, timeoutSeconds: 20 })) {
      if (event.type === 'BOOKMARK') continue
      seen.push(show(event))
      versions.push(event.resourceVersion)
      if (seen.length === 5) break
    }
    const steps = ['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED']
    assert.deepEqual(
      seen,
      steps.map((step) => `${step} watched`),
    )
    assert.equal(new Set(versions).size, 5)
  })

  it('ends a watch when its time is over, with a bookmark before', async () => {
    const { client, namespace } = bench()
    const { resourceVersion } = await client.list(pods, { namespace })
    const seen: string[] = []
    const selection = { namespace, labelSelector: 'suite=nothing' }
    for await (const event of client.watch(pods, { ...selection, resourceVersion, timeoutSeconds: 3 })) {
      seen.push(event.type)
      assert.notEqual(event.resourceVersion, '')
    }
    assert.deepEqual(new Set(seen), new Set(['BOOKMARK']))
  })

  it('refuses a watch from a version that it does not have any more', async (context) => {
    const { backend, client, namespace } = bench()
    if (backend.forgetHistory === undefined) return context.skip('this server cannot be made to forget')
    const { resourceVersion } = await client.list(pods, { namespace })
    await createPod(bench(), 'forgotten-a')
    await createPod(bench(), 'forgotten-b')
    await backend.forgetHistory()
    const watch = client.watch(pods, { namespace, resourceVersion, timeoutSeconds: 5 })
    await assert.rejects(watch.next(), { id: 'kubernetes/expired', status: 410 })
  })
}
