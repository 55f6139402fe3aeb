// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIp } from '../../base/index.ts'
import { arpProbe, gratuitousArp, neighbourAdvertisement, parseArpClaim } from './frames.ts'

const mac = '02:00:5e:10:00:01'
const hex = (...parts: string[]): string => parts.join('').replaceAll(' ', '')

test('a gratuitous ARP has the layout of RFC 826', () => {
  assert.equal(
    gratuitousArp(mac, parseIp('10.1.2.3')).toString('hex'),
    hex(
      'ffffffffffff 02005e100001 0806',
      '0001 0800 06 04 0001',
      '02005e100001 0a010203',
      'ffffffffffff 0a010203',
    ),
  )
})

test('a neighbour advertisement has the layout of RFC 4861', () => {
  const frame = neighbourAdvertisement(mac, parseIp('fd00::5'))
  const address = 'fd000000000000000000000000000005'
  const checksum = frame.subarray(56, 58).toString('hex')
  assert.equal(
    frame.toString('hex'),
    hex(
      '333300000001 02005e100001 86dd',
      `60000000 0020 3a ff ${address} ff020000000000000000000000000001`,
      `88 00 ${checksum} 20000000 ${address} 02 01 02005e100001`,
    ),
  )
})

test('the checksum of a neighbour advertisement makes the whole sum ones', () => {
  const packet = neighbourAdvertisement(mac, parseIp('2001:db8::ffff:1')).subarray(14)
  const covered = Buffer.concat([packet.subarray(8), Buffer.from([0, 0, 0, 32, 0, 0, 0, 58])])
  let sum = 0
  for (let at = 0; at < covered.length; at += 2) sum += covered.readUInt16BE(at)
  assert.equal((sum & 0xffff) + (sum >>> 16), 0xffff)
})

test('arpProbe() asks for an address without claiming it', () => {
  assert.equal(
    arpProbe(mac, parseIp('10.1.2.3')).toString('hex'),
    hex(
      'ffffffffffff 02005e100001 0806',
      '0001 0800 06 04 0001',
      '02005e100001 00000000',
      '000000000000 0a010203',
    ),
  )
})

test('parseArpClaim() reads the sender of an answer and the target of a probe', () => {
  const claim = { mac, address: parseIp('10.1.2.3') }
  assert.deepEqual(parseArpClaim(gratuitousArp(mac, claim.address)), claim)
  assert.deepEqual(parseArpClaim(arpProbe(mac, claim.address)), claim)
})

test('parseArpClaim() passes over what is no ARP for IPv4, or too short', () => {
  const frame = gratuitousArp(mac, parseIp('10.1.2.3'))
  assert.equal(parseArpClaim(frame.subarray(0, 41)), undefined)
  assert.equal(parseArpClaim(neighbourAdvertisement(mac, parseIp('fd00::5'))), undefined)
})
