// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePod } from '../resources/pod.ts'
import type { Pod } from '../resources/pod.ts'
import { ObjectStore } from './object-store.ts'
import type { StoreChange } from './object-store.ts'

function pod(name: string, { namespace = 'default', uid = name, version = '1', nodeName = 'n1' } = {}): Pod {
  return parsePod({ metadata: { name, namespace, uid, resourceVersion: version }, spec: { nodeName } })
}

const show = (changes: readonly StoreChange<Pod>[]): string[] =>
  changes.map(
    ({ type, object }) =>
      `${type} ${object.metadata.name}/${object.metadata.uid}@${object.metadata.resourceVersion}`,
  )

describe('ObjectStore', () => {
  it('finds objects by name, by namespace and by an index', () => {
    const store = new ObjectStore<Pod>({
      node: ({ spec }) => (spec.nodeName === undefined ? [] : [spec.nodeName]),
    })
    store.replace([pod('a'), pod('b', { nodeName: 'n2' }), pod('a', { namespace: 'other' })])
    assert.equal(store.size, 3)
    assert.equal(store.get('other', 'a')?.metadata.namespace, 'other')
    assert.deepEqual(
      store.list('default').map(({ metadata }) => metadata.name),
      ['a', 'b'],
    )
    assert.equal(store.list().length, 3)
    assert.deepEqual(
      store.byIndex('node', 'n2').map(({ metadata }) => metadata.name),
      ['b'],
    )
    assert.deepEqual(store.byIndex('node', 'n3'), [])
    assert.deepEqual(store.byIndex('unknown', 'n3'), [])
  })

  it('moves an object in the index when it changes, and takes it out when it goes', () => {
    const store = new ObjectStore<Pod>({ node: ({ spec }) => [spec.nodeName ?? ''] })
    store.put(pod('a'))
    store.put(pod('a', { version: '2', nodeName: 'n2' }))
    assert.deepEqual([store.byIndex('node', 'n1').length, store.byIndex('node', 'n2').length], [0, 1])
    store.remove('default', 'a')
    assert.deepEqual(
      [store.byIndex('node', 'n2').length, store.size, store.list('default').length],
      [0, 0, 0],
    )
  })

  it('tells what a change did, and that the same version did nothing', () => {
    const store = new ObjectStore<Pod>()
    assert.deepEqual(show(store.put(pod('a'))), ['added a/a@1'])
    assert.deepEqual(show(store.put(pod('a'))), [])
    assert.deepEqual(show(store.put(pod('a', { version: '2' }))), ['updated a/a@2'])
    assert.deepEqual(show(store.remove('default', 'a')), ['removed a/a@2'])
    assert.deepEqual(show(store.remove('default', 'a')), [])
  })

  it('counts another UID under the same name as another object', () => {
    const store = new ObjectStore<Pod>()
    store.put(pod('a', { uid: 'old' }))
    assert.deepEqual(show(store.put(pod('a', { uid: 'new', version: '2' }))), [
      'removed a/old@1',
      'added a/new@2',
    ])
  })

  it('replaces its content and tells the difference, removals first', () => {
    const store = new ObjectStore<Pod>()
    store.replace([pod('a'), pod('b'), pod('c')])
    const changes = store.replace([pod('d'), pod('b'), pod('c', { version: '9' })])
    assert.deepEqual(show(changes), ['removed a/a@1', 'added d/d@1', 'updated c/c@9'])
  })
})
