// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseTypes } from './notation.ts'
import { resolveSchema } from './schema.ts'

const text = `
Pod
  1 metadata!: Meta; 2.1 ports: [Port] by number,protocol merge number; 3 labels: {string} atomic;
  4 tags: [string] set; 5 raw: any; 6 count?: int32; 7 strategy: Meta retainKeys
Meta atomic
  1 name: string
Port as PodPort
  1 number!: int32; 2 protocol: string = TCP
`
const types = parseTypes([{ packageName: 'test.v1', text }])
const field = (name: string) => types.get('Pod')?.fields.get(name)

describe('the type notation', () => {
  test('names types with their package, and an alias by the name it stands for', () => {
    assert.deepEqual(
      [...types.values()].map((type) => type.name),
      ['test.v1.Pod', 'test.v1.Meta', 'test.v1.PodPort'],
    )
  })

  test('says which fields are required and which keep their zero', () => {
    assert.equal(field('metadata')?.required, true)
    assert.deepEqual(
      ['metadata', 'count', 'raw', 'tags'].map((name) => field(name)?.keepsZero),
      [true, true, true, false],
    )
  })

  test('reads how the items of lists are matched', () => {
    assert.partialDeepStrictEqual(field('ports')?.schema, {
      kind: 'list',
      type: 'map',
      keys: ['number', 'protocol'],
      mergeKey: 'number',
    })
    assert.partialDeepStrictEqual(field('tags')?.schema, { kind: 'list', type: 'set', mergeKey: '-' })
  })

  test('follows references to types that come later', () => {
    const schema = field('metadata')?.schema
    assert.ok(schema)
    assert.partialDeepStrictEqual(resolveSchema(schema), {
      kind: 'object',
      name: 'test.v1.Meta',
      atomic: true,
    })
  })

  test('reads protobuf numbers, also through a message that JSON shows flat', () => {
    assert.deepEqual(field('ports')?.wire, [2, 1])
  })

  test('refuses a line that it cannot read', () => {
    assert.throws(
      () => parseTypes([{ packageName: 'p', text: 'Pod\n  what is this' }]),
      /type notation: "what is this"/,
    )
  })
})
