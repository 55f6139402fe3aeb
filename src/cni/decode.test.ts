// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goTypeName, readInteger, readList, readObject, readText, readTexts } from './decode.ts'

test('fields are found in any letter case, the exact one first', () => {
  assert.equal(readText({ MTU: 'a', mtu: 'b' }, 'mtu', ''), 'b')
  assert.equal(readText({ Mtu: 'a' }, 'mtu', ''), 'a')
})

test('null is the same as absent', () => {
  const object = { a: null }
  assert.equal(readText(object, 'a', ''), '')
  assert.equal(readInteger(object, 'a', ''), undefined)
  assert.equal(readObject(object, 'a', ''), undefined)
  assert.equal(readList(object, 'a', ''), undefined)
  assert.equal(readTexts(object, 'a', ''), undefined)
})

test('a value of another type is an error that names the whole path', () => {
  const object = { a: true, list: ['x', 5] }
  assert.throws(() => readText(object, 'a', 'ipam'), {
    path: 'ipam.a',
    message: /expected a string, found true/,
  })
  assert.throws(() => readInteger(object, 'a', ''), { path: 'a' })
  assert.throws(() => readObject(object, 'list', ''), { message: 'list: expected an object, found a list' })
  assert.throws(() => readList(object, 'a', ''), { message: 'a: expected a list, found true' })
  assert.throws(() => readTexts(object, 'list', 'dns'), {
    message: 'dns.list[1]: expected a string, found 5',
  })
})

test('a long value is cut in the error', () => {
  assert.throws(
    () => readInteger({ a: 'x'.repeat(1000) }, 'a', ''),
    (error: Error) => error.message.length < 100,
  )
})

test('goTypeName() gives the types of Go decoding into an interface', () => {
  assert.deepEqual(['', 1, true, null, undefined, [], {}].map(goTypeName), [
    'string',
    'float64',
    'bool',
    '<nil>',
    '<nil>',
    '[]interface {}',
    'map[string]interface {}',
  ])
})
