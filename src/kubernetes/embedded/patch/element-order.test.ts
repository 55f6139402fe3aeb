// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { orderItems } from './element-order.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))

describe('orderItems()', () => {
  test('puts named items in the wanted order', () => {
    assert.deepEqual(orderItems(named('a', 'b', 'c'), named('c', 'a', 'b'), 'name'), named('c', 'a', 'b'))
  })

  test('leaves an item that is not named where it was', () => {
    assert.deepEqual(orderItems(named('a', 'x', 'b'), named('b', 'a'), 'name'), named('b', 'x', 'a'))
  })

  test('orders items that are their own key', () => {
    assert.deepEqual(orderItems(['a', 'b'], ['b', 'a'], '-'), ['b', 'a'])
  })
})
