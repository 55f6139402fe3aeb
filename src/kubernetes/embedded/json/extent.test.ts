// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '../../../base/index.ts'
import { extentOf } from './extent.ts'

const wide = { depth: 1e9, count: 1e9 }

describe('extentOf()', () => {
  test('measures depth and number of values', () => {
    assert.deepEqual(extentOf({ a: [1, { b: null }], c: 'x' }, wide), { depth: 4, count: 6 })
    assert.deepEqual(extentOf(1, wide), { depth: 1, count: 1 })
  })

  test('measures what is deeper than the stack of calls', () => {
    let value: JsonValue = 1
    for (let level = 0; level < 100_000; level += 1) value = [value]
    assert.equal(extentOf(value, wide).depth, 100_001)
  })

  test('ends where a bound is passed', () => {
    assert.deepEqual(extentOf([1, 2, 3, 4], { depth: 10, count: 2 }), { depth: 2, count: 3 })
  })
})
