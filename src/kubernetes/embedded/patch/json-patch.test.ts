// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '../../../base/index.ts'
import { applyJsonPatch } from './json-patch.ts'

interface Case {
  readonly name: string
  readonly value: JsonValue
  readonly patch: JsonValue
  readonly expected: JsonValue
}

// The examples of RFC 6902, appendix A, and what Kubernetes users write.
const cases: readonly Case[] = [
  {
    name: 'adds a member',
    value: { a: 1 },
    patch: [{ op: 'add', path: '/b', value: 2 }],
    expected: { a: 1, b: 2 },
  },
  {
    name: 'adds an item in place',
    value: [1, 3],
    patch: [{ op: 'add', path: '/1', value: 2 }],
    expected: [1, 2, 3],
  },
  {
    name: 'adds an item at the end',
    value: { a: [1] },
    patch: [{ op: 'add', path: '/a/-', value: 2 }],
    expected: { a: [1, 2] },
  },
  {
    name: 'adds over a member',
    value: { a: 1 },
    patch: [{ op: 'add', path: '/a', value: null }],
    expected: { a: null },
  },
  { name: 'replaces the whole', value: { a: 1 }, patch: [{ op: 'add', path: '', value: 2 }], expected: 2 },
  {
    name: 'removes a member',
    value: { a: 1, b: 2 },
    patch: [{ op: 'remove', path: '/a' }],
    expected: { b: 2 },
  },
  { name: 'removes an item', value: [1, 2, 3], patch: [{ op: 'remove', path: '/1' }], expected: [1, 3] },
  {
    name: 'replaces a value',
    value: { a: [1, 2] },
    patch: [{ op: 'replace', path: '/a/0', value: 9 }],
    expected: { a: [9, 2] },
  },
  {
    name: 'moves a value',
    value: { a: { b: 1 }, c: {} },
    patch: [{ op: 'move', from: '/a/b', path: '/c/d' }],
    expected: { a: {}, c: { d: 1 } },
  },
  {
    name: 'moves an item',
    value: [1, 2, 3],
    patch: [{ op: 'move', from: '/0', path: '/2' }],
    expected: [2, 3, 1],
  },
  {
    name: 'copies a value',
    value: { a: { b: 1 } },
    patch: [{ op: 'copy', from: '/a', path: '/c' }],
    expected: { a: { b: 1 }, c: { b: 1 } },
  },
  {
    name: 'goes on after a test that holds',
    value: { a: 'x' },
    patch: [{ op: 'test', path: '/a', value: 'x' }],
    expected: { a: 'x' },
  },
  {
    name: 'reads ~1 and ~0 in a path',
    value: { 'a/b': 1, 'm~n': 2 },
    patch: [
      { op: 'remove', path: '/a~1b' },
      { op: 'remove', path: '/m~0n' },
    ],
    expected: {},
  },
]

describe('a JSON patch', () => {
  for (const { name, value, patch, expected } of cases) {
    test(name, () => assert.deepEqual(applyJsonPatch(value, patch), expected))
  }

  test('does not change what it is applied to', () => {
    const value = { a: { b: [1] } }
    applyJsonPatch(value, [{ op: 'add', path: '/a/b/-', value: 2 }])
    assert.deepEqual(value, { a: { b: [1] } })
  })

  const rejected = { code: 422, message: 'the server rejected our request due to an error in our request' }
  for (const patch of [
    [{ op: 'test', path: '/a', value: 2 }],
    [{ op: 'remove', path: '/missing' }],
    [{ op: 'replace', path: '/missing', value: 1 }],
    [{ op: 'add', path: '/missing/b', value: 1 }],
    [{ op: 'add', path: '/list/5', value: 1 }],
    [{ op: 'add', path: '/list/01', value: 1 }],
    [{ op: 'remove', path: '/toString' }],
  ]) {
    test(`is rejected when it does not fit: ${JSON.stringify(patch[0])}`, () => {
      assert.throws(() => applyJsonPatch({ a: 1, list: [] }, patch), rejected)
    })
  }

  for (const patch of [
    {},
    ['add'],
    [{ op: 'grow', path: '/a' }],
    [{ op: 'add', value: 1 }],
    [{ op: 'add', path: 'a' }],
  ]) {
    test(`is refused when it is none: ${JSON.stringify(patch)}`, () => {
      assert.throws(() => applyJsonPatch({}, patch), { code: 400 })
    })
  }

  test('is refused when it copies a value into itself without end', () => {
    const patch = Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '', path: `/a${index}` }))
    assert.throws(() => applyJsonPatch({ x: [1, 2, 3] }, patch), { code: 413, message: /it copies too much/ })
  })

  test('is refused with more operations than the real server takes', () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/a', value: 1 }))
    assert.throws(() => applyJsonPatch({}, patch), { code: 413 })
  })
})
