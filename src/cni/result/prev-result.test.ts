// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePrevResult } from './prev-result.ts'

test("parsePrevResult() gives the previous result, in the configuration's version when it names none", () => {
  const ips = [{ version: '4', address: '10.0.0.2/24' }]
  const expected = { cniVersion: '1.1.0', ips: [{ address: '10.0.0.2/24' }] }
  assert.deepEqual(parsePrevResult({ prevResult: { ips } }, '0.3.1'), expected)
  assert.deepEqual(parsePrevResult({ PREVRESULT: { cniVersion: '0.4.0', ips } }, '0.3.1'), expected)
})

test('parsePrevResult() gives nothing when there is none', () => {
  assert.equal(parsePrevResult({}, '1.0.0'), undefined)
  assert.equal(parsePrevResult({ prevResult: null }, '1.0.0'), undefined)
})

test('parsePrevResult() refuses one of another shape, of an unknown version and of another type', () => {
  assert.throws(() => parsePrevResult({ prevResult: { cniVersion: '0.2.0' } }, '1.0.0'), {
    code: 6,
    message:
      /^could not parse prevResult: cannot decode CNI result: result type supports \[1\.0\.0 1\.1\.0\]/,
  })
  assert.throws(() => parsePrevResult({ prevResult: {} }, '3.0.0'), {
    message: 'could not parse prevResult: unsupported CNI result version "3.0.0"',
  })
  assert.throws(() => parsePrevResult({ prevResult: [] }, '1.0.0'), {
    message: 'could not parse prevResult: prevResult: expected an object, found a list',
  })
})
