// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { parseIp } from '../../../base/index.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { NTF_ROUTER, NUD_PERMANENT } from '../constants/neighbour.ts'
import { neighbourMessage } from './neighbour-message.ts'

const { command, body } = readFixture('neighbour-add')
const message = {
  header: { family: 2, ifIndex: 3, state: NUD_PERMANENT, flags: 0, type: 0 },
  attributes: { destination: parseIp('10.1.2.9'), mac: '02:00:00:00:00:09' },
}

test(`a neighbour request of ip(8) is decoded: ${command}`, () => {
  assert.deepEqual(neighbourMessage.read(body, 0, body.length), message)
})

test(`a neighbour request of ip(8) is encoded byte for byte: ${command}`, () => {
  const out = new ByteWriter()
  neighbourMessage.write(message, out)
  assert.deepEqual(out.finish(), body)
})

test('the description of a neighbour is decoded', () => {
  const shown = readFixture('neighbour-show').body
  const { header, attributes } = neighbourMessage.read(shown, 0, shown.length, false)
  assert.deepEqual(header, { family: 10, ifIndex: 3, state: NUD_PERMANENT, flags: NTF_ROUTER, type: 1 })
  assert.deepEqual(attributes, { destination: parseIp('fd00::9'), mac: '02:00:00:00:00:09' })
})
