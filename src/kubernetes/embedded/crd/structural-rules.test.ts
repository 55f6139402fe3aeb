// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { structuralProblems } from './structural-rules.ts'

const texts = (value: JsonValue, schema: JsonObject) =>
  structuralProblems(value, { type: 'object', properties: { f: schema } }, '').map(
    ({ field, message }) => `${field}: ${message}`,
  )

interface Case {
  readonly schema: JsonObject
  readonly fits: readonly JsonValue[]
  readonly not: readonly (readonly [JsonValue, string])[]
}

const cases: readonly Case[] = [
  {
    schema: { type: 'string' },
    fits: ['x'],
    not: [
      [5, 'f: Invalid value: "integer": f in body must be of type string: "integer"'],
      [null, 'f: Invalid value: "null": f in body must be of type string: "null"'],
    ],
  },
  { schema: { type: 'string', nullable: true }, fits: [null, 'x'], not: [] },
  {
    schema: { type: 'number' },
    fits: [1, 1.5],
    not: [['1', 'f: Invalid value: "string": f in body must be of type number: "string"']],
  },
  {
    schema: { 'x-kubernetes-int-or-string': true },
    fits: [1, '50%'],
    not: [[true, 'f: Invalid value: "boolean": f in body must be of type integer,string: "boolean"']],
  },
  {
    schema: { type: 'string', enum: ['a', 'b'] },
    fits: ['a'],
    not: [['c', 'f: Unsupported value: "c": supported values: "a", "b"']],
  },
  {
    schema: { type: 'string', maxLength: 2, minLength: 2 },
    fits: ['äö'],
    not: [
      ['abc', 'f: Too long: may not be more than 2 bytes'],
      ['a', 'f: Invalid value: "a": f in body should be at least 2 chars long'],
    ],
  },
  {
    schema: { type: 'string', pattern: '^a+$' },
    fits: ['aa'],
    not: [['b', 'f: Invalid value: "b": f in body should match \'^a+$\'']],
  },
  {
    schema: { type: 'string', format: 'ipv4' },
    fits: ['10.0.0.1'],
    not: [['::1', 'f: Invalid value: "::1": f in body must be of type ipv4: "::1"']],
  },
  {
    schema: { type: 'string', format: 'date-time' },
    fits: ['2026-01-01T00:00:00Z'],
    not: [['now', 'f: Invalid value: "now": f in body must be of type date-time: "now"']],
  },
  {
    schema: { type: 'integer', minimum: 1, maximum: 3 },
    fits: [1, 3],
    not: [
      [0, 'f: Invalid value: 0: f in body should be greater than or equal to 1'],
      [4, 'f: Invalid value: 4: f in body should be less than or equal to 3'],
    ],
  },
  {
    schema: { type: 'integer', minimum: 1, exclusiveMinimum: true },
    fits: [2],
    not: [[1, 'f: Invalid value: 1: f in body should be greater than 1']],
  },
  {
    schema: { type: 'integer', multipleOf: 5 },
    fits: [10],
    not: [[7, 'f: Invalid value: 7: f in body should be a multiple of 5']],
  },
  {
    schema: { type: 'array', maxItems: 1, items: { type: 'integer' } },
    fits: [[1]],
    not: [
      [[1, 2], 'f: Too many: 2: must have at most 1 item'],
      [['a'], 'f[0]: Invalid value: "string": f[0] in body must be of type integer: "string"'],
    ],
  },
  {
    schema: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    fits: [['a', 'b']],
    not: [[['a', 'a'], 'f[1]: Duplicate value: "a"']],
  },
  {
    schema: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: { type: 'object' },
    },
    fits: [[{ k: 1 }, { k: 2 }]],
    not: [
      [
        [
          { k: 1, v: 1 },
          { k: 1, v: 2 },
        ],
        'f[1]: Duplicate value: {"k":1}',
      ],
    ],
  },
  { schema: { type: 'object', required: ['a'] }, fits: [{ a: 1 }], not: [[{}, 'f.a: Required value']] },
  {
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    fits: [{ x: 'y' }],
    not: [[{ x: 1 }, 'f[x]: Invalid value: "integer": f[x] in body must be of type string: "integer"']],
  },
  {
    schema: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    fits: ['a', 1],
    not: [
      [true, 'f: Invalid value: true: "f" must validate one and only one schema (oneOf). Found none valid'],
    ],
  },
  {
    schema: { not: { type: 'string' } },
    fits: [1],
    not: [['a', 'f: Invalid value: "a": "f" must not validate the schema (not)']],
  },
]

describe('the rules of a structural schema', () => {
  for (const { schema, fits, not } of cases) {
    test(`of ${JSON.stringify(schema)}`, () => {
      for (const value of fits) assert.deepEqual(texts({ f: value }, schema), [])
      for (const [value, text] of not) assert.deepEqual(texts({ f: value }, schema), [text])
    })
  }

  test('say all that is wrong at once', () => {
    const schema = { type: 'object', required: ['a', 'b'], properties: { c: { type: 'string' } } }
    assert.equal(texts({ f: { c: 1 } }, schema).length, 3)
  })
})
