// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorCatalogue } from './catalogue.ts'
import { ConfigError } from './config-error.ts'
import { describeError, errorIdOf } from './describe.ts'
import { PlaitError } from './plait-error.ts'
import { TimeoutError } from './timeout-error.ts'

describe('describeError()', () => {
  test('joins the cause chain by colons', () => {
    const error = new Error('Cannot attach "net1"', { cause: new Error('no master', { cause: 'eth9' }) })
    assert.equal(describeError(error), 'Cannot attach "net1": no master: eth9')
  })

  test('joins the parts of an AggregateError by slashes', () => {
    const error = new AggregateError(
      [new Error('a'), new Error('b', { cause: new Error('c') })],
      'Cannot delete',
    )
    assert.equal(describeError(error), 'Cannot delete: a / b: c')
  })

  test('tells of a failure that a failed `using` came upon, and then of that', () => {
    const error = new SuppressedError(new Error('not closed'), new Error('disk full'), 'suppressed')
    assert.equal(describeError(error), 'disk full / not closed')
  })

  test('does not repeat a cause that the message contains at its end', () => {
    assert.equal(
      describeError(new Error('failed: disk full', { cause: new Error('disk full') })),
      'failed: disk full',
    )
  })

  test('gives one line whatever the message contains', () => {
    assert.equal(describeError(new Error('first\n  second\r\nthird\n')), 'first second third')
  })

  test('ends on a circular chain', () => {
    const error = new Error('turn')
    error.cause = new Error('around', { cause: error })
    assert.match(describeError(error), /^turn: around: turn/)
  })

  test('names how many parts it leaves out', () => {
    const parts = Array.from({ length: 40 }, (_, index) => new Error(String(index)))
    assert.match(describeError(new AggregateError(parts)), / \/ 31 \/ 8 more$/)
  })

  test('shows thrown values that are not errors', () => {
    assert.equal(describeError({ code: 7 }), '{ code: 7 }')
    assert.equal(describeError(new RangeError()), 'RangeError')
  })
})

describe('errorIdOf()', () => {
  test('gives the outermost id of the chain', () => {
    const inner = new PlaitError('net/busy', 'x')
    assert.equal(errorIdOf(new Error('outer', { cause: inner })), 'net/busy')
    assert.equal(errorIdOf(new TimeoutError('late', { cause: inner })), 'system/timeout')
  })

  test('looks into the parts of an AggregateError', () => {
    const error = new AggregateError([new Error('a'), new ConfigError('mtu', 'is negative')], 'both')
    assert.equal(errorIdOf(error), 'config/invalid')
  })

  test('looks into the parts of a SuppressedError', () => {
    const error = new SuppressedError(new Error('not closed'), new TimeoutError('late'))
    assert.equal(errorIdOf(error), 'system/timeout')
  })

  test('ignores an id that the catalogue does not know', () => {
    assert.equal(errorIdOf(Object.assign(new Error('x'), { id: 'no/such' })), undefined)
    assert.equal(errorIdOf('text'), undefined)
  })
})

test('a ConfigError says path and problem', () => {
  const error = new ConfigError('ipam.ranges[0].subnet', 'is not a CIDR')
  assert.equal(error.message, 'ipam.ranges[0].subnet: is not a CIDR')
  assert.equal(error.name, 'ConfigError')
})

test('every entry of the catalogue has an id of its room, a cause and a remedy', () => {
  for (const [id, { cause, remedy }] of Object.entries(errorCatalogue)) {
    assert.match(id, /^[a-z]+\/[a-z0-9-]+$/)
    for (const text of [cause, remedy]) assert.match(text, /^[^\n]{10,200}\.$/, id)
  }
})
