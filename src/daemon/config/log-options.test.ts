// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLogOptions } from './log-options.ts'

test('readLogOptions() has the defaults of upstream for what is missing', () => {
  const usual = { maxBytes: 100 * 1024 * 1024, maxBackups: 5, maxAgeDays: 5, compress: true }
  assert.deepEqual(readLogOptions({}, '/c'), usual)
  assert.deepEqual(readLogOptions({ logOptions: { maxSize: 0 } }, '/c'), usual)
  const own = { maxSize: 1, maxBackups: 0, maxAge: 0, compress: false }
  assert.deepEqual(readLogOptions({ LogOptions: own }, '/c'), {
    maxBytes: 1024 * 1024,
    maxBackups: 0,
    maxAgeDays: 0,
    compress: false,
  })
})

test('readLogOptions() refuses what makes no sense', () => {
  assert.throws(() => readLogOptions({ logOptions: [] }, '/c'), /logOptions is a list, and must be an object/)
  assert.throws(() => readLogOptions({ logOptions: { maxAge: -1 } }, '/c'), /maxAge is -1, and must not/)
  assert.throws(() => readLogOptions({ logOptions: { maxSize: '1' } }, '/c'), /maxSize is the string "1"/)
})
