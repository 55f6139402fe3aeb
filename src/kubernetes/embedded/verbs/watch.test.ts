// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectField, stringField } from '../../resources/fields.ts'
import { at, configMap, kinds, pod, testCluster } from '../test-cluster.ts'
import type { WatchEvent, WatchRequest } from './watch.ts'

function recorder(): { readonly seen: string[]; readonly tell: (event: WatchEvent) => void } {
  const seen: string[] = []
  return {
    seen,
    tell: ({ type, object }) =>
      seen.push(`${type} ${stringField(objectField(object, 'metadata'), 'name') ?? '-'}`),
  }
}

describe('a watch', () => {
  test('tells what is there first, and then each change in the tick in which it happens', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    const { seen, tell } = recorder()
    using _watch = cluster.api.watch(kinds.configMaps, {}, tell)
    cluster.api.create(configMap('b'))
    cluster.api.patch(kinds.configMaps, at('b'), { type: 'merge', patch: { data: { x: 'y' } } })
    cluster.api.remove(kinds.configMaps, at('a'))
    assert.deepEqual(seen, ['ADDED a', 'ADDED b', 'MODIFIED b', 'DELETED a'])
  })

  test('tells from a version on only what came after it', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    const { resourceVersion } = cluster.api
    cluster.api.create(configMap('b'))
    const { seen, tell } = recorder()
    using _watch = cluster.api.watch(kinds.configMaps, { resourceVersion }, tell)
    assert.deepEqual(seen, ['ADDED b'])
  })

  test('of a version that is forgotten is refused with 410', () => {
    using cluster = testCluster()
    const { resourceVersion } = cluster.api
    cluster.api.create(configMap('a'))
    cluster.api.compact()
    assert.throws(() => cluster.api.watch(kinds.configMaps, { resourceVersion }, () => undefined), {
      code: 410,
      reason: 'Expired',
      message: new RegExp(`too old resource version: ${resourceVersion} `),
    })
  })

  test('takes an object for added when it starts to fit, and for deleted when it no longer does', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    const { seen, tell } = recorder()
    using _watch = cluster.api.watch(kinds.configMaps, { labelSelector: 'x=y' }, tell)
    const label = (value: string | null) =>
      cluster.api.patch(kinds.configMaps, at('a'), {
        type: 'merge',
        patch: { metadata: { labels: { x: value } } },
      })
    label('y')
    cluster.api.patch(kinds.configMaps, at('a'), { type: 'merge', patch: { data: { a: 'b' } } })
    label(null)
    cluster.api.remove(kinds.configMaps, at('a'))
    assert.deepEqual(seen, ['ADDED a', 'MODIFIED a', 'DELETED a'])
  })

  test('follows one object, or the pods of a node', () => {
    using cluster = testCluster()
    const { seen, tell } = recorder()
    using _one = cluster.api.watch(kinds.configMaps, { fieldSelector: 'metadata.name=b' }, tell)
    using _node = cluster.api.watch(kinds.pods, { fieldSelector: 'spec.nodeName=n1' }, tell)
    cluster.api.create(configMap('a'))
    cluster.api.create(configMap('b'))
    cluster.api.create(pod('here', { nodeName: 'n1' }))
    cluster.api.create(pod('there', { nodeName: 'n2' }))
    cluster.api.create(pod('late'))
    cluster.api.bind(at('late'), 'n1')
    assert.deepEqual(seen, ['ADDED b', 'ADDED here', 'ADDED late'])
  })

  test('ends the present objects with a bookmark when that is asked for', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    const events: WatchEvent[] = []
    const request: WatchRequest = {
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      allowBookmarks: true,
    }
    using _watch = cluster.api.watch(kinds.configMaps, request, (event) => events.push(event))
    assert.deepEqual(
      events.map(({ type }) => type),
      ['ADDED', 'BOOKMARK'],
    )
    assert.partialDeepStrictEqual(events[1]?.object, {
      kind: 'ConfigMap',
      metadata: {
        annotations: { 'k8s.io/initial-events-end': 'true' },
        resourceVersion: cluster.api.resourceVersion,
      },
    })
  })

  test('is refused with a match that does not go with it', () => {
    using cluster = testCluster()
    const refused = { code: 422, message: /resourceVersionMatch: Forbidden/ }
    assert.throws(() => cluster.api.watch(kinds.pods, { sendInitialEvents: true }, () => undefined), refused)
    assert.throws(
      () => cluster.api.watch(kinds.pods, { resourceVersionMatch: 'Exact' }, () => undefined),
      refused,
    )
  })

  test('that begins within another one tells nothing twice', () => {
    using cluster = testCluster()
    const { seen, tell } = recorder()
    const stack = new DisposableStack()
    stack.use(
      cluster.api.watch(kinds.configMaps, { fieldSelector: 'metadata.name=a' }, () => {
        cluster.api.create(configMap('b'))
        stack.use(cluster.api.watch(kinds.configMaps, {}, tell))
      }),
    )
    cluster.api.create(configMap('a'))
    cluster.api.create(configMap('c'))
    stack.dispose()
    assert.deepEqual(seen, ['ADDED a', 'ADDED b', 'ADDED c'])
  })

  test('goes on after its handler threw', () => {
    using cluster = testCluster()
    let calls = 0
    using _watch = cluster.api.watch(kinds.configMaps, {}, () => {
      calls += 1
      throw new Error('broken handler')
    })
    cluster.api.create(configMap('a'))
    cluster.api.create(configMap('b'))
    assert.equal(calls, 2)
  })

  test('tells nothing once it is closed', () => {
    using cluster = testCluster()
    const { seen, tell } = recorder()
    cluster.api.watch(kinds.configMaps, {}, tell)[Symbol.dispose]()
    cluster.api.create(configMap('a'))
    assert.deepEqual(seen, [])
  })

  test('shows events of both groups in the form of its own', () => {
    using cluster = testCluster()
    const objects: WatchEvent[] = []
    using _watch = cluster.api.watch(kinds.newEvents, {}, (event) => objects.push(event))
    const involvedObject = { kind: 'Pod', namespace: 'default', name: 'a' }
    cluster.api.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject,
      message: 'hello',
      reason: 'R',
    })
    assert.partialDeepStrictEqual(objects[0]?.object, {
      apiVersion: 'events.k8s.io/v1',
      note: 'hello',
      regarding: involvedObject,
    })
  })
})
