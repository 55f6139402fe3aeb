// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStdinConfig } from './stdin-config.ts'

test('parseStdinConfig() gives the whole object, and finds the name in any case', () => {
  assert.deepEqual(parseStdinConfig(Buffer.from('{"Name":"net","mtu":1400,"Name":"net2"}')), {
    Name: 'net2',
    mtu: 1400,
  })
})

test('parseStdinConfig() refuses what is no JSON object with code 6', () => {
  assert.throws(() => parseStdinConfig(''), {
    code: 6,
    message: 'error unmarshall network config: unexpected end of JSON input',
  })
  for (const text of ['{', '[]', '"x"', '{"name":"a"} trailing', '{"name":5}']) {
    assert.throws(
      () => parseStdinConfig(text),
      { code: 6, message: /^error unmarshall network config: / },
      text,
    )
  }
})

test('parseStdinConfig() refuses a missing and an invalid name with code 7', () => {
  for (const text of ['{}', '{"name":""}', '{"name":null}']) {
    assert.throws(() => parseStdinConfig(text), { code: 7, message: 'missing network name' }, text)
  }
  assert.throws(() => parseStdinConfig('{"name":"te%%st"}'), {
    code: 7,
    message: 'invalid characters found in network name; te%%st',
  })
})
