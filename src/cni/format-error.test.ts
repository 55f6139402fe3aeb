// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CniError } from './error.ts'
import { formatCniError, parseCniError } from './format-error.ts'

test('formatCniError() prints what the Go library prints, without a version', () => {
  const error = new CniError(1, 'incompatible CNI versions', { details: 'config is "9.9.9" & <more>' })
  assert.equal(
    formatCniError(error),
    `{
    "code": 1,
    "msg": "incompatible CNI versions",
    "details": "config is \\"9.9.9\\" \\u0026 \\u003cmore\\u003e"
}`,
  )
})

test('formatCniError() leaves empty details out', () => {
  assert.equal(
    formatCniError(new CniError(999, 'x', { details: '' })),
    '{\n    "code": 999,\n    "msg": "x"\n}',
  )
})

test('formatCniError() makes one line of each text', () => {
  const error = new CniError(7, 'got "a\n\t b"', { details: ' x\u001b[31m\u2028y\r\n' })
  const { msg, details } = parseCniError(formatCniError(error))
  assert.deepEqual([msg, details], ['got "a b"', 'x [31m y'])
})

test('formatCniError() leaves out the middle of a text that is too long', () => {
  const { msg } = parseCniError(formatCniError(new CniError(999, `begin ${'x'.repeat(100_000)} end`)))
  assert.match(msg, /^begin x{1018} … x{508} end$/)
})

test('parseCniError() reads what formatCniError() prints', () => {
  const error = parseCniError(formatCniError(new CniError(51, 'limited', { details: 'ipam is down' })))
  assert.deepEqual([error.code, error.msg, error.details], [51, 'limited', 'ipam is down'])
})

test('parseCniError() takes keys in any case, unknown keys and missing keys', () => {
  const error = parseCniError('{"cniVersion":"1.0.0","Code":7,"MSG":null,"more":[1]}')
  assert.deepEqual([error.code, error.msg, error.details], [7, '', undefined])
})

test('parseCniError() refuses what is no error object and names the field', () => {
  assert.throws(() => parseCniError('[]'), { message: 'error: expected an object, found a list' })
  assert.throws(() => parseCniError('{"code":"7"}'), {
    message: 'error.code: expected a whole number, found "7"',
  })
  assert.throws(() => parseCniError('{"code":1.5}'), { message: 'error.code: 1.5 is not a whole number' })
  assert.throws(() => parseCniError('oops'), { id: 'config/json-invalid' })
})
