// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '../../../base/index.ts'
import { fieldNames, findByPath, parseJsonPath } from './json-path.ts'

const object = {
  spec: { a: 1, list: ['x', 'y'], 'odd.key': 2 },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
}

const cases: readonly (readonly [string, readonly JsonValue[]])[] = [
  ['.spec.a', [1]],
  ['spec.a', [1]],
  ['.spec.list[0]', ['x']],
  ['.spec.list[-1]', ['y']],
  ['.spec.list[*]', ['x', 'y']],
  [".spec['odd.key']", [2]],
  [String.raw`.spec.odd\.key`, [2]],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ['.status.conditions[*].type', ['Ready', 'Other']],
  ['.missing.a', []],
  ['.spec.toString', []],
]

describe('a JSONPath', () => {
  for (const [path, found] of cases) {
    test(`${path} finds ${JSON.stringify(found)}`, () => {
      const steps = parseJsonPath(path)
      assert.ok(steps)
      assert.deepEqual(findByPath(object, steps), found)
    })
  }

  for (const path of ['', '.spec[', '$..a', '.a b', '.spec.list[x]']) {
    test(`"${path}" is not understood`, () => assert.equal(parseJsonPath(path), undefined))
  }

  test('is a list of field names when it only goes through objects', () => {
    assert.deepEqual(fieldNames('.spec.replicas'), ['spec', 'replicas'])
    assert.equal(fieldNames('.spec.list[0]'), undefined)
  })
})
