// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlaitError } from '../base/index.ts'
import { CniError, cniErrorCode, toCniError } from './error.ts'

test('a CniError reads as its text, with details after a semicolon', () => {
  assert.equal(new CniError(7, 'no name').message, 'no name')
  const detailed = new CniError(1, 'incompatible', { details: 'wants 2.0.0' })
  assert.equal(detailed.message, 'incompatible; wants 2.0.0')
  assert.equal(detailed.msg, 'incompatible')
  assert.equal(detailed.details, 'wants 2.0.0')
})

test('a CniError takes over the id of its cause', () => {
  assert.equal(new CniError(999, 'x', { cause: new PlaitError('net/busy', 'y') }).id, 'net/busy')
  assert.equal(new CniError(999, 'x').id, undefined)
})

test('toCniError() gives a CniError as it is', () => {
  const error = new CniError(50, 'not ready')
  assert.equal(toCniError(error), error)
})

test('toCniError() makes any other error 999 with its whole text and id', () => {
  const cause = new PlaitError('net/master-missing', 'Link not found')
  const error = toCniError(new Error('Cannot attach "net1"', { cause }))
  assert.equal(error.code, cniErrorCode.internal)
  assert.equal(error.message, 'Cannot attach "net1": Link not found')
  assert.equal(error.id, 'net/master-missing')
  assert.equal(toCniError('a text').message, 'a text')
})

test('toCniError() keeps the code of a CniError that is wrapped, also in an AggregateError', () => {
  const inner = new CniError(11, 'busy', { details: 'lock held' })
  const wrapped = toCniError(new Error('plugin failed', { cause: inner }))
  assert.equal(wrapped.code, 11)
  assert.equal(wrapped.message, 'plugin failed: busy; lock held')
  assert.equal(toCniError(new AggregateError([new Error('a'), wrapped], '')).code, 11)
})

test('toCniError() ends on a chain that bites its tail', () => {
  const error = new Error('round')
  error.cause = error
  assert.equal(toCniError(error).code, cniErrorCode.internal)
})
