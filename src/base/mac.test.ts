// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { formatMac, macToBytes, parseMac } from './mac.ts'

test('parseMac() takes the notations of Go and gives lower-case colons', () => {
  for (const text of ['02:00:5E:10:00:01', '02-00-5e-10-00-01', '0200.5e10.0001']) {
    assert.equal(parseMac(text), '02:00:5e:10:00:01')
  }
  assert.equal(parseMac('00:00:5e:00:53:01:ab:cd'), '00:00:5e:00:53:01:ab:cd')
  assert.equal(parseMac('0000.0000.0000.0000'), '00:00:00:00:00:00:00:00')
})

test('parseMac() refuses with the text of Go', () => {
  for (const text of [
    '',
    'xx',
    '02:00:5e:10:00',
    '02:00-5e:10:00:01',
    '02005e100001',
    '2:0:5e:10:0:1',
    '02:00:5e:10:00:01 ',
  ]) {
    assert.throws(() => parseMac(text), { message: `address ${text}: invalid MAC address` })
  }
})

test('formatMac() undoes macToBytes()', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
      assert.deepEqual([...macToBytes(formatMac(bytes))], [...bytes])
    }),
  )
})
