// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../base/index.ts'
import { objectField } from '../../resources/fields.ts'
import { textOf } from '../json/edit.ts'
import { snapshotAt } from './snapshot.ts'
import { ObjectStore } from './store.ts'

const limits = { eventHistory: 1000, objects: 1000 }
const thing = (name: string, value = 0, namespace = 'ns'): JsonObject => ({
  metadata: { namespace, name },
  value,
})
const names = (objects: readonly JsonObject[]) =>
  objects.map((object) => objectField(object, 'metadata')['name'])

describe('the object store', () => {
  test('gives each change the next revision', () => {
    const store = new ObjectStore(limits)
    const first = store.put('things', thing('a'))
    const second = store.put('others', thing('b'))
    const versions = [first, second].map((object) =>
      Number(objectField(object, 'metadata')['resourceVersion']),
    )
    assert.deepEqual(versions, [store.revision - 1, store.revision])
  })

  test('lists by namespace and name, whatever the order of writing', () => {
    const store = new ObjectStore(limits)
    store.put('things', thing('b'))
    store.put('things', thing('a'))
    store.put('things', thing('a', 0, 'ns-2'))
    assert.deepEqual(names(store.list('things', 'ns')), ['a', 'b'])
    assert.equal(store.list('things').length, 3)
  })

  test('tells listeners what was, what is, and the revision of a removal', () => {
    const store = new ObjectStore(limits)
    const seen: string[] = []
    store.subscribe('things', ({ type, object, previous, revision }) => {
      seen.push(`${type} ${textOf(previous?.['value'])}>${textOf(object['value'])}`)
      assert.equal(objectField(object, 'metadata')['resourceVersion'], String(revision))
    })
    store.put('things', thing('a', 1))
    store.put('things', thing('a', 2))
    store.remove('things', thing('a', 3))
    assert.deepEqual(seen, ['ADDED >1', 'MODIFIED 1>2', 'DELETED 2>3'])
  })

  test('tells all listeners of a change before a change that one of them makes', () => {
    const store = new ObjectStore(limits)
    const seen: string[] = []
    store.subscribe('things', ({ key }) => {
      seen.push(`first ${key}`)
      if (key === 'ns/a') store.put('things', thing('b'))
    })
    store.subscribe('things', ({ key }) => seen.push(`second ${key}`))
    store.put('things', thing('a'))
    assert.deepEqual(seen, ['first ns/a', 'second ns/a', 'first ns/b', 'second ns/b'])
  })

  test('tells a listener nothing once it has unsubscribed', () => {
    const store = new ObjectStore(limits)
    const unsubscribe = store.subscribe(undefined, () => assert.fail('told'))
    unsubscribe()
    store.put('things', thing('a'))
  })

  test('refuses objects beyond its bound, and takes them again after a removal', () => {
    const store = new ObjectStore({ ...limits, objects: 1 })
    store.put('things', thing('a'))
    assert.throws(() => store.put('things', thing('b')), { code: 500 })
    store.put('things', thing('a', 2))
    store.remove('things', thing('a'))
    store.put('things', thing('b'))
  })

  test('can show any revision that its history reaches, exactly as it was', () => {
    const operation = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      value: fc.nat(9),
      remove: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const store = new ObjectStore(limits)
        const states = new Map([[store.revision, store.list('things')]])
        for (const { name, value, remove } of operations) {
          if (remove) store.remove('things', thing(name))
          else store.put('things', thing(name, value))
          states.set(store.revision, store.list('things'))
        }
        for (const [revision, state] of states) assert.deepEqual(snapshotAt(store, 'things', revision), state)
      }),
      { numRuns: 50 },
    )
  })
})
