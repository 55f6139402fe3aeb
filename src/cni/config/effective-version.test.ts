// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveVersion } from './effective-version.ts'

test('effectiveVersion() is the greatest of both keys that is not greater than 1.1.0', () => {
  const vectors: readonly [object, string][] = [
    [{ cniVersion: '0.4.0' }, '0.4.0'],
    [{}, ''],
    [{ cniVersions: ['0.3.1', '1.0.0', '0.4.0'] }, '1.0.0'],
    [{ cniVersions: ['0.10.0', '0.9.0'] }, '0.10.0'],
    [{ cniVersions: ['1.0.0', '1.2.0', '999.1.1'] }, '1.0.0'],
    [{ cniVersion: '1.1.0', cniVersions: ['0.4.0'] }, '1.1.0'],
    [{ cniVersion: '0.3.1', cniVersions: ['0.4.0'] }, '0.4.0'],
    [{ cniVersion: '2.0.0', cniVersions: ['0.4.0'] }, '0.4.0'],
    [{ cniVersion: '0.4.0', cniVersions: [] }, '0.4.0'],
    [{ cniVersion: '0.4.0', cniVersions: null }, '0.4.0'],
    [{ cniVersion: '0.4.0', cniVersions: ['1.2.0'] }, '0.4.0'],
    [{ cniVersion: 'anything' }, 'anything'],
  ]
  for (const [list, version] of vectors) {
    assert.equal(effectiveVersion({ ...list }), version, JSON.stringify(list))
  }
})

test('effectiveVersion() refuses values that are no versions', () => {
  assert.throws(() => effectiveVersion({ cniVersion: 1 }), { message: 'invalid cniVersion type float64' })
  assert.throws(() => effectiveVersion({ cniVersions: '1.0.0' }), {
    message: 'invalid cniVersions type string',
  })
  assert.throws(() => effectiveVersion({ cniVersions: ['1.0.0', {}] }), {
    message: 'invalid cniVersions entry type map[string]interface {} at index 1',
  })
  assert.throws(() => effectiveVersion({ cniVersions: ['0.4.0', 'x'] }), {
    message: 'invalid cniVersions entry x at index 1',
  })
  assert.throws(() => effectiveVersion({ cniVersion: 'x', cniVersions: ['0.4.0'] }), {
    message: 'invalid cniVersion x',
  })
})
