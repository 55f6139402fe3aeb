// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { array, check, exactOptional, object, pipe, record, string } from 'valibot'
import { errorIdOf } from '../../base/index.ts'
import type { JsonValue } from '../../base/index.ts'
import { decodeConfig, decodeUsable } from './decode-config.ts'
import { optionalCount, optionalSwitch, optionalText } from './schema-fields.ts'

const schema = object({
  master: optionalText('Master.'),
  mtu: optionalCount('MTU.'),
  promiscuous: optionalSwitch('Promiscuous.'),
  mode: exactOptional(
    pipe(
      string(),
      check((text) => text === 'bridge', 'unknown mode'),
    ),
  ),
  sets: exactOptional(array(array(object({ subnet: string(), gateway: optionalText('Gateway.') })))),
  sysctl: exactOptional(record(string(), string())),
})

const decode = (value: JsonValue) => decodeConfig(schema, value, { path: '', what: 'macvlan network "lan"' })

const refusal = (text: string, code: number) => ({
  name: 'CniError',
  code,
  message: `Cannot use the configuration of macvlan network "lan": ${text}`,
})

describe('decodeConfig()', () => {
  it('finds keys in any letter case and prefers the exact one', () => {
    assert.deepEqual(decode({ MASTER: 'eth0', Mtu: 9 }), { master: 'eth0', mtu: 9 })
    assert.deepEqual(decode({ Master: 'eth0', master: 'eth1' }), { master: 'eth1' })
  })

  it('finds keys in any letter case inside of lists', () => {
    assert.deepEqual(decode({ sets: [[{ Subnet: '10.0.0.0/8' }]] }), { sets: [[{ subnet: '10.0.0.0/8' }]] })
  })

  it('takes null as absent and drops keys that it does not know', () => {
    assert.deepEqual(decode({ master: null, other: 1, sets: [[{ subnet: 'x', gateway: null, more: 1 }]] }), {
      sets: [[{ subnet: 'x' }]],
    })
  })

  it('keeps the spelling of free keys', () => {
    assert.deepEqual(decode({ sysctl: { 'net.IPV4': '1' } }), { sysctl: { 'net.IPV4': '1' } })
  })

  it('names the path of a value of the wrong type, with code 6', () => {
    assert.throws(() => decode({ master: 5 }), refusal('master: must be a string, but is 5', 6))
    assert.throws(
      () => decode({ promiscuous: 'true' }),
      refusal('promiscuous: must be true or false, but is "true"', 6),
    )
    assert.throws(() => decode({ mtu: 1.5 }), refusal('mtu: must be a whole number, but is 1.5', 6))
    assert.throws(
      () => decode({ sets: [[{ subnet: {} }]] }),
      refusal('sets[0][0].subnet: must be a string, but is {}', 6),
    )
    assert.throws(() => decode({ sets: {} }), refusal('sets: must be a list, but is {}', 6))
    assert.throws(() => decode({ sysctl: [] }), refusal('sysctl: must be an object, but is []', 6))
    assert.throws(() => decode({ sets: [[[]]] }), refusal('sets[0][0]: must be an object, but is []', 6))
  })

  it('names a key that is missing', () => {
    assert.throws(() => decode({ sets: [[{}]] }), refusal('sets[0][0].subnet: is missing', 6))
  })

  it('gives the text of a check, with code 7', () => {
    assert.throws(() => decode({ mode: 'x' }), refusal('mode: unknown mode', 7))
  })

  it('cuts off values that are long', () => {
    assert.throws(
      () => decode({ mtu: 'x'.repeat(500) }),
      refusal(`mtu: must be a number, but is "${'x'.repeat(59)}…`, 6),
    )
  })

  it('carries the id of the catalogue', () => {
    assert.throws(
      () => decode({ mtu: 'x' }),
      (error) => errorIdOf(error) === 'config/invalid',
    )
  })
})

describe('decodeUsable()', () => {
  it('leaves keys with a bad value out', () => {
    const value = { master: 'eth0', mtu: 'x', sets: [[{}]], mode: 'y' }
    assert.deepEqual(decodeUsable(schema, value), { master: 'eth0' })
    assert.deepEqual(decodeUsable(schema, 'nonsense'), {})
  })

  it('does without keys that an ADD needs', () => {
    const needy = object({ address: string(), mtu: optionalCount('MTU.') })
    assert.deepEqual(decodeUsable(needy, { mtu: 5 }), { mtu: 5 })
    assert.deepEqual(decodeUsable(needy, { address: 5, mtu: 5 }), { mtu: 5 })
    assert.deepEqual(decodeUsable(needy, { address: 'x', mtu: '5' }), { address: 'x' })
  })
})
