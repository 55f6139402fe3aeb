// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { parseCidr, parseIp } from '../../../base/index.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { IFA_F_NOPREFIXROUTE, IFA_F_PERMANENT, IFA_F_TENTATIVE } from '../constants/address.ts'
import { addressMessage } from './address-message.ts'
import { readAddress } from './address.ts'

const requests = {
  'address-add-v4': {
    header: { family: 2, length: 24, flags: 0, scope: 0, index: 3 },
    attributes: {
      local: parseIp('10.1.2.3'),
      broadcast: parseIp('10.1.2.255'),
      address: parseIp('10.1.2.3'),
    },
  },
  'address-add-v6': {
    header: { family: 10, length: 64, flags: 0, scope: 0, index: 3 },
    attributes: { local: parseIp('fd00::5'), flags: IFA_F_NOPREFIXROUTE, address: parseIp('fd00::5') },
  },
}

describe('an address request of ip(8)', () => {
  for (const [name, message] of Object.entries(requests)) {
    const { command, body } = readFixture(name)
    test(`is decoded: ${command}`, () => assert.deepEqual(addressMessage.read(body, 0, body.length), message))
    test(`is encoded byte for byte: ${command}`, () => {
      const out = new ByteWriter()
      addressMessage.write(message, out)
      assert.deepEqual(out.finish(), body)
    })
  }
})

test('readAddress() describes an IPv4 address', () => {
  const { body } = readFixture('address-show-v4')
  assert.deepEqual(readAddress(body, 0, body.length), {
    ifIndex: 3,
    address: parseCidr('10.1.2.3/24'),
    scope: 0,
    flags: IFA_F_PERMANENT,
    label: 'm0',
    broadcast: parseIp('10.1.2.255'),
    tentative: false,
    dadFailed: false,
  })
})

test('readAddress() knows that duplicate address detection has not ended', () => {
  const { body } = readFixture('address-show-v6')
  assert.deepEqual(readAddress(body, 0, body.length), {
    ifIndex: 3,
    address: parseCidr('fd00::5/64'),
    scope: 0,
    flags: IFA_F_PERMANENT | IFA_F_TENTATIVE,
    tentative: true,
    dadFailed: false,
  })
})
