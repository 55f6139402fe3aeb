// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseFieldSelector } from './field-selector.ts'

const fields = { 'metadata.name': 'web', 'spec.nodeName': 'n1', odd: 'a,b=c' }

describe('a field selector', () => {
  test('compares for equality and for inequality', () => {
    assert.ok(parseFieldSelector('metadata.name=web,spec.nodeName!=n2').matches(fields))
    assert.ok(!parseFieldSelector('metadata.name==db').matches(fields))
    assert.ok(parseFieldSelector('').matches(fields))
  })

  test('takes a field that an object lacks for empty', () => {
    assert.ok(parseFieldSelector('status.phase=').matches(fields))
  })

  test('reads escaped commas and equal signs', () => {
    assert.ok(parseFieldSelector(String.raw`odd=a\,b\=c`).matches(fields))
  })

  test('tells its fields and the name that it wants', () => {
    const { fields: named, nameWanted } = parseFieldSelector('metadata.name=web,type!=x')
    assert.deepEqual([named, nameWanted], [['metadata.name', 'type'], 'web'])
  })

  test('refuses what is not one', () => {
    assert.throws(() => parseFieldSelector('web'), { code: 400, message: /invalid selector: 'web'/ })
  })
})
