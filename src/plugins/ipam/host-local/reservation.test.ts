// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseIp } from '../../../base/index.ts'
import { describeHolder, formatHolder, heldBy, parseHolder } from './reservation.ts'

const reservation = (file: string, content: string) => ({
  file,
  text: file,
  address: parseIp(file),
  holder: parseHolder(content),
})

describe('a reservation', () => {
  it('is written byte for byte as the Go plugin writes it', () => {
    assert.equal(formatHolder({ containerId: 'abc', ifName: 'eth0' }), 'abc\r\neth0')
  })

  it('is read with blanks around it, and in the old form without an interface', () => {
    assert.deepEqual(parseHolder(' abc\r\neth0\n'), { containerId: 'abc', ifName: 'eth0' })
    assert.deepEqual(parseHolder('abc\n'), { containerId: 'abc' })
  })

  it('of an empty file is held by nobody', () => {
    assert.equal(parseHolder(''), undefined)
    assert.equal(parseHolder(' \r\n'), undefined)
  })
})

describe('heldBy()', () => {
  const owner = { containerId: 'abc', ifName: 'eth0' }

  it('finds all of the attachment and of no other', () => {
    const all = [
      reservation('10.0.0.2', 'abc\r\neth0'),
      reservation('10.0.0.3', 'abc\r\neth1'),
      reservation('10.0.0.4', 'abcd\r\neth0'),
      reservation('10.0.0.5', 'abc'),
      reservation('fd00::2', 'abc\r\neth0'),
      reservation('10.0.0.6', ''),
    ]
    assert.deepEqual(
      heldBy(owner, all).map(({ file }) => file),
      ['10.0.0.2', 'fd00::2'],
    )
  })

  it('falls back on the old form', () => {
    const all = [reservation('10.0.0.2', 'abc'), reservation('10.0.0.3', 'abc\r\neth1')]
    assert.deepEqual(
      heldBy(owner, all).map(({ file }) => file),
      ['10.0.0.2'],
    )
  })
})

describe('describeHolder()', () => {
  it('names the attachment, with a long id cut to the usual length', () => {
    assert.equal(describeHolder({ containerId: 'abc', ifName: 'eth0' }), 'abc/eth0')
    assert.equal(describeHolder({ containerId: 'abc' }), 'abc')
    assert.equal(
      describeHolder({ containerId: '0123456789abcdef'.repeat(4), ifName: 'n' }),
      '0123456789abc…/n',
    )
  })
})
