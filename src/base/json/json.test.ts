// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { formatGoJson } from './format-go-json.ts'
import { getCaseInsensitive, isJsonObject, parseJson } from './value.ts'
import type { JsonValue } from './value.ts'

describe('parseJson()', () => {
  test('reads text and bytes', () => {
    assert.deepEqual(parseJson('{"a":[1,null]}'), { a: [1, null] })
    assert.deepEqual(parseJson(Buffer.from('"ü"')), 'ü')
  })

  test('refuses empty text with the words of Go', () => {
    for (const text of ['', ' \n', Buffer.alloc(0)]) {
      assert.throws(() => parseJson(text), {
        message: 'unexpected end of JSON input',
        id: 'config/json-invalid',
      })
    }
  })

  test('refuses what follows the value, and a byte order mark', () => {
    assert.throws(() => parseJson('{} x'), { id: 'config/json-invalid' })
    assert.throws(() => parseJson(Buffer.from('\uFEFF{}')), { id: 'config/json-invalid' })
  })
})

describe('formatGoJson()', () => {
  test('indents as Go does', () => {
    const value = { b: 1, a: [], c: {}, d: [true, { e: 'x' }] }
    assert.equal(
      formatGoJson(value, { indent: 4 }),
      '{\n    "b": 1,\n    "a": [],\n    "c": {},\n    "d": [\n        true,\n        {\n            "e": "x"\n        }\n    ]\n}',
    )
  })

  test('sorts keys by bytes at every level when told, numbers like text', () => {
    assert.equal(
      formatGoJson({ 10: 1, 2: { b: 0, B: 0 }, '\u{1f600}': 0, '\uffee': 0 }, { sortKeys: true }),
      '{"10":1,"2":{"B":0,"b":0},"\uffee":0,"\u{1f600}":0}',
    )
  })

  test('escapes what Go escapes', () => {
    assert.equal(
      formatGoJson('<a href="x">&\u2028\u2029\u007f\n\u0001'),
      String.raw`"\u003ca href=\"x\"\u003e\u0026\u2028\u2029${'\u007f'}\n\u0001"`,
    )
    assert.equal(formatGoJson('\ud800'), '"\ufffd"')
  })

  test('leaves undefined members out', () => {
    assert.equal(formatGoJson({ a: undefined, b: null }), '{"b":null}')
  })

  test('is undone by parseJson()', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.boolean(), (value, sortKeys) => {
        const text = JSON.stringify(value)
        const plain: JsonValue = JSON.parse(text)
        assert.deepEqual(parseJson(formatGoJson(plain, { indent: 4, sortKeys })), plain)
      }),
    )
  })
})

test('getCaseInsensitive() prefers the exact key, then the last that differs in case', () => {
  assert.equal(getCaseInsensitive({ MTU: 1, mtu: 2, Mtu: 3 }, 'mtu'), 2)
  assert.equal(getCaseInsensitive({ MTU: 1, Mtu: 3 }, 'mtu'), 3)
  assert.equal(getCaseInsensitive({}, 'constructor'), undefined)
})

test('isJsonObject() is false for arrays and null', () => {
  assert.deepEqual([{}, [], null, 'x'].map(isJsonObject), [true, false, false, false])
})
