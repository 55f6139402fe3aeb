// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withStructuralDefaults } from './structural-defaults.ts'

const schema = {
  type: 'object',
  properties: {
    a: { type: 'string', default: 'x' },
    n: { type: 'string', nullable: true, default: 'y' },
    o: { type: 'object', default: {}, properties: { b: { type: 'integer', default: 1 } } },
    l: { type: 'array', items: { type: 'object', properties: { c: { type: 'boolean', default: true } } } },
    m: {
      type: 'object',
      additionalProperties: { type: 'object', properties: { d: { type: 'string', default: 'z' } } },
    },
  },
}

describe('withStructuralDefaults()', () => {
  test('fills in what is missing, at every depth', () => {
    assert.deepEqual(withStructuralDefaults({ l: [{}, { c: false }], m: { k: {} } }, schema), {
      a: 'x',
      n: 'y',
      o: { b: 1 },
      l: [{ c: true }, { c: false }],
      m: { k: { d: 'z' } },
    })
  })

  test('takes null for missing unless null is allowed', () => {
    const result = withStructuralDefaults({ a: null, n: null }, schema)
    assert.deepEqual([result['a'], result['n']], ['x', null])
  })
})
