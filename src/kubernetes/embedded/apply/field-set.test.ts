// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import {
  difference,
  fieldPaths,
  formatFieldSet,
  intersection,
  isEmptySet,
  noFields,
  parseFieldSet,
  union,
} from './field-set.ts'
import type { FieldSet } from './field-set.ts'

const wire = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
  'f:spec': {
    'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:image': {} } },
    'f:finalizers': { 'v:"x"': {} },
  },
}

const element = fc.constantFrom('f:a', 'f:b', 'k:{"n":1}', 'v:"x"')
const sets: fc.Arbitrary<FieldSet> = fc
  .array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 6 })
  .map((paths) => paths.map(pathSet).reduce(union, noFields))

function pathSet(path: readonly string[]): FieldSet {
  const [first, ...rest] = path
  if (first === undefined) return { owned: true, children: new Map() }
  return { owned: false, children: new Map([[first, pathSet(rest)]]) }
}

const same = (a: FieldSet, b: FieldSet) => assert.deepEqual(formatFieldSet(a), formatFieldSet(b))

describe('a field set', () => {
  test('keeps the form that it has on the wire', () => {
    assert.deepEqual(formatFieldSet(parseFieldSet(wire)), wire)
  })

  test('tells its paths as people write them', () => {
    assert.deepEqual(fieldPaths(parseFieldSet(wire)), [
      '.metadata.labels',
      '.metadata.labels.app',
      '.spec.containers[name="a"]',
      '.spec.containers[name="a"].image',
      '.spec.finalizers[="x"]',
    ])
  })

  test('is empty when it has no path', () => {
    assert.ok(isEmptySet(parseFieldSet({})))
    assert.ok(!isEmptySet(parseFieldSet({ 'f:a': {} })))
  })

  test('obeys the laws of sets', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        same(union(a, b), union(b, a))
        same(intersection(a, b), intersection(b, a))
        same(union(difference(a, b), intersection(a, b)), a)
        assert.ok(isEmptySet(intersection(difference(a, b), b)))
        same(parseFieldSet(formatFieldSet(a)), a)
      }),
      { numRuns: 200 },
    )
  })
})
