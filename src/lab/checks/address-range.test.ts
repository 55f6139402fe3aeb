// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatRange, isInRange, tryParseRange } from './address-range.ts'

function inRange(cidr: string, range: string): boolean {
  const parsed = tryParseRange(range)
  assert.ok(parsed)
  return isInRange(cidr, parsed)
}

describe('address ranges', () => {
  it('hold the addresses from the first to the last, with their prefix length', () => {
    assert.equal(inRange('10.1.10.200/24', '10.1.10.200-10.1.10.250/24'), true)
    assert.equal(inRange('10.1.10.250/24', '10.1.10.200-10.1.10.250/24'), true)
    assert.equal(inRange('10.1.10.251/24', '10.1.10.200-10.1.10.250/24'), false)
    assert.equal(inRange('10.1.10.201/16', '10.1.10.200-10.1.10.250/24'), false)
    assert.equal(inRange('2001:db8::5/64', '10.1.10.200-10.1.10.250/24'), false)
    assert.equal(inRange('2001:db8::5/64', '2001:db8::1-2001:db8::f/64'), true)
  })

  it('may be one address', () => {
    assert.equal(inRange('192.168.0.20/24', '192.168.0.20/24'), true)
    assert.equal(inRange('192.168.0.21/24', '192.168.0.20/24'), false)
  })

  it('are written as they are read', () => {
    for (const text of ['10.1.10.200-10.1.10.250/24', '192.168.0.20/24', '2001:db8::1-2001:db8::f/64']) {
      const range = tryParseRange(text)
      assert.equal(range && formatRange(range), text)
    }
  })

  it('are undefined for other text', () => {
    for (const text of ['', '10.1.10.200', '10.1.10.200-/24', '10.0.0.1-2001:db8::1/64', 'a-b/24']) {
      assert.equal(tryParseRange(text), undefined)
    }
  })
})
