// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { structuralSchema } from '../crd/structural.ts'
import { decodeCustom } from './prune.ts'

const schema = structuralSchema({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        config: { type: 'string' },
        list: { type: 'array', items: { type: 'object', properties: { a: { type: 'integer' } } } },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        map: {
          type: 'object',
          additionalProperties: { type: 'object', properties: { b: { type: 'string' } } },
        },
      },
    },
  },
})

describe('decodeCustom()', () => {
  test('drops what the schema does not know, at every depth, and tells the paths', () => {
    const { object, unknown } = decodeCustom(
      { spec: { config: 'x', other: 1, list: [{ a: 1, b: 2 }], map: { k: { b: 'c', d: 1 } } }, extra: 1 },
      schema,
    )
    assert.deepEqual(object, { spec: { config: 'x', list: [{ a: 1 }], map: { k: { b: 'c' } } } })
    assert.deepEqual(unknown, ['spec.other', 'spec.list[0].b', 'spec.map.k.d', 'extra'])
  })

  test('leaves alone what may hold anything', () => {
    const spec = { free: { any: [{ thing: 1 }] } }
    assert.deepEqual(decodeCustom({ spec }, schema).object, { spec })
  })

  test('leaves values of a wrong type to validation', () => {
    assert.deepEqual(decodeCustom({ spec: { config: 5, list: 'no' } }, schema).object, {
      spec: { config: 5, list: 'no' },
    })
  })

  test('reads the metadata as that of any object', () => {
    const { object, unknown } = decodeCustom({ metadata: { name: 'a', nme: 'b', labels: null } }, schema)
    assert.deepEqual(object, { metadata: { name: 'a' } })
    assert.deepEqual(unknown, ['metadata.nme'])
    assert.throws(() => decodeCustom({ metadata: { labels: { a: 1 } } }, schema), /labels of type string/)
  })
})
