// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fieldsOf, parseDocument } from './decode.ts'

describe('fieldsOf()', () => {
  test('finds members in any case, the exact spelling first (JSON-1)', () => {
    const field = fieldsOf({ CONFDIR: 'x', confDir: 'y', cnidir: 'z' }, 'NetConf')
    assert.equal(field.string('confDir'), 'y')
    assert.equal(field.string('cniDir'), 'z')
    assert.equal(field.string('other'), undefined)
  })

  test('takes null for absent, and for the zero value inside lists and maps', () => {
    const field = fieldsOf({ a: null, list: ['x', null], map: { on: true, off: null } }, 'T')
    assert.equal(field.string('a'), undefined)
    assert.deepEqual(field.strings('list'), ['x', ''])
    assert.deepEqual(field.booleans('map'), { on: true, off: false })
  })

  test('refuses a wrong type with the words of Go (JSON-2)', () => {
    const field = fieldsOf({ flag: 'true', map: { x: 'yes' }, int: 1.5, list: {}, text: true }, 'NetConf')
    const text = (kind: string, key: string, type: string) => ({
      id: 'config/json-invalid',
      message: `json: cannot unmarshal ${kind} into Go struct field NetConf.${key} of type ${type}`,
    })
    assert.throws(() => field.boolean('flag'), text('string', 'flag', 'bool'))
    assert.throws(() => field.booleans('map'), text('string', 'map', 'bool'))
    assert.throws(() => field.integer('int'), text('number 1.5', 'int', 'int'))
    assert.throws(() => field.strings('list'), text('object', 'list', '[]string'))
    assert.throws(() => field.string('text'), text('bool', 'text', 'string'))
  })
})

test("parseDocument() has Go's words for text that is cut off and a position for other faults", () => {
  for (const text of ['', '{', '[{"name": "a"', '{"a": tru', '"abc']) {
    assert.throws(() => parseDocument(text), { message: 'unexpected end of JSON input' }, text)
  }
  assert.throws(() => parseDocument('{"a": 1} x'), /position 9/)
  assert.deepEqual(parseDocument('{"a": [1]}'), { a: [1] })
})
