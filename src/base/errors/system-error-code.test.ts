// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { systemErrorCode } from './system-error-code.ts'

test('systemErrorCode() is the code of an error of the system', () => {
  assert.throws(
    () => readFileSync('/nowhere'),
    (error) => systemErrorCode(error) === 'ENOENT',
  )
})

test('systemErrorCode() is undefined for anything else', () => {
  const others = [
    new Error('plain'),
    new DOMException('', 'AbortError'),
    { code: 'ENOENT' },
    'ENOENT',
    undefined,
  ]
  assert.deepEqual(
    others.map((other) => systemErrorCode(other)),
    others.map(() => undefined),
  )
})
