// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { parseCidr, parseIp } from '../../../base/index.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { ruleMessage } from './rule-message.ts'
import { readRule } from './rule.ts'

const { command, body } = readFixture('rule-add')
const message = {
  header: { family: 2, dstLength: 0, srcLength: 32, tos: 0, table: 0, action: 1, flags: 0 },
  attributes: {
    src: parseIp('10.1.2.3'),
    mark: 0x10,
    mask: 0xf0,
    inputName: 'lo',
    table: 300,
    priority: 100,
  },
}

test(`a rule request of ip(8) is decoded: ${command}`, () => {
  assert.deepEqual(ruleMessage.read(body, 0, body.length), message)
})

test(`a rule request of ip(8) is encoded byte for byte: ${command}`, () => {
  const out = new ByteWriter()
  ruleMessage.write(message, out)
  assert.deepEqual(out.finish(), body)
})

test('readRule() describes a rule', () => {
  const shown = readFixture('rule-show').body
  assert.deepEqual(readRule(shown, 0, shown.length), {
    family: 4,
    priority: 100,
    src: parseCidr('10.1.2.3/32'),
    dst: parseCidr('10.9.0.0/16'),
    table: 300,
    action: 1,
    mark: 0x10,
    mask: 0xf0,
    protocol: 0,
    flags: 0,
  })
})
