// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, supportedVersions } from './version.ts'

test('compareVersions() orders all versions that there are', () => {
  for (const [i, a] of supportedVersions.entries()) {
    for (const [j, b] of supportedVersions.entries()) {
      assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} and ${b}`)
    }
  }
})

test('compareVersions() takes missing parts for 0 and empty text for 0.1.0', () => {
  assert.equal(compareVersions('1', '1.0.0'), 0)
  assert.equal(compareVersions('1.1', '1.1.0'), 0)
  assert.equal(compareVersions('', '0.1.0'), 0)
  assert.ok(compareVersions('0.10.0', '0.9.0') > 0)
})

test('compareVersions() refuses what is no version with the texts of the Go library', () => {
  assert.throws(() => compareVersions('1.2.3.4', '1.0.0'), {
    message: 'invalid version "1.2.3.4": too many parts',
  })
  assert.throws(() => compareVersions('x.1', '1.0.0'), {
    message: 'failed to convert major version part "x": strconv.Atoi: parsing "x": invalid syntax',
  })
  assert.throws(() => compareVersions('1..0', '1.0.0'), /failed to convert minor version part ""/)
  assert.throws(() => compareVersions('1.0.0-rc1', '1.0.0'), /failed to convert micro version part "0-rc1"/)
})
