// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCniArgs, parseCniArgs, selectCniArgs } from './args.ts'

test('parseCniArgs() and formatCniArgs() keep the pairs in order, duplicates included', () => {
  const text = 'A=1;B=;A=2'
  assert.deepEqual(parseCniArgs(text), [
    ['A', '1'],
    ['B', ''],
    ['A', '2'],
  ])
  assert.equal(formatCniArgs(parseCniArgs(text)), text)
  assert.deepEqual(parseCniArgs(''), [])
  assert.equal(formatCniArgs([]), '')
})

test('parseCniArgs() refuses a piece that is not one key and one value', () => {
  for (const [text, pair] of [
    ['A', 'A'],
    ['A=1;', ''],
    ['A=1=2', 'A=1=2'],
    ['A=1;;B=2', ''],
  ]) {
    assert.throws(
      () => parseCniArgs(text ?? ''),
      { code: 999, message: `ARGS: invalid pair "${pair}"` },
      text,
    )
  }
})

test('selectCniArgs() gives the known keys, the last of several', () => {
  assert.deepEqual(
    [...selectCniArgs('MAC=a;IP=1;MAC=b', ['IP', 'MAC', 'GATEWAY'])],
    [
      ['MAC', 'b'],
      ['IP', '1'],
    ],
  )
})

test('selectCniArgs() refuses unknown keys, and a known key in another case is unknown', () => {
  assert.throws(() => selectCniArgs('NEW_KEY=1;IP=1;mac=x', ['IP', 'MAC']), {
    message: 'ARGS: unknown args ["NEW_KEY=1" "mac=x"]',
  })
  assert.throws(() => selectCniArgs('IgnoreUnknown=0;A=1', []), { message: 'ARGS: unknown args ["A=1"]' })
})

test('selectCniArgs() ignores unknown keys when it is told to, wherever it is told', () => {
  for (const value of ['1', 'true', 'TRUE']) {
    assert.equal(selectCniArgs(`A=1;IgnoreUnknown=${value}`, ['IP']).size, 0)
  }
  assert.throws(() => selectCniArgs('IgnoreUnknown=yes', []), {
    message:
      'ARGS: error parsing value of pair "IgnoreUnknown=yes": boolean unmarshal error: invalid input yes',
  })
})
