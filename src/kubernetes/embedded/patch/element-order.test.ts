// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { orderItems } from './element-order.ts'

const named = (names: string) => Array.from(names, (name) => ({ name }))
const order = (items: string, wanted: string, before: string) =>
  orderItems(named(items), { wanted: named(wanted), before: named(before), mergeKey: 'name' })

describe('orderItems()', () => {
  test('puts the items that are spoken of in the wanted order', () => {
    assert.deepEqual(order('abc', 'cab', 'abc'), named('cab'))
  })

  test('leaves another item before what it stood before', () => {
    assert.deepEqual(order('axb', 'ba', 'axb'), named('xba'))
    assert.deepEqual(order('xab', 'ab', 'xab'), named('xab'))
  })

  test('puts a new item before those that are not spoken of', () => {
    assert.deepEqual(order('abz', 'z', 'ab'), named('zab'))
  })

  test('orders items that are their own key', () => {
    assert.deepEqual(orderItems(['a', 'b'], { wanted: ['b', 'a'], before: ['a', 'b'], mergeKey: '-' }), [
      'b',
      'a',
    ])
  })
})
