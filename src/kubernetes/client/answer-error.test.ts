// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorFromAnswer, errorFromStatusObject } from './answer-error.ts'
import { statusObject } from './scripted-server.ts'

const answer = (code: number, reason: string): { status: number; body: string } => ({
  status: code,
  body: JSON.stringify(statusObject(code, reason, 'said the server')),
})

describe('errorFromAnswer()', () => {
  for (const [status, reason, id, transient] of [
    [400, 'BadRequest', 'kubernetes/invalid', false],
    [401, 'Unauthorized', 'kubernetes/unauthorized', false],
    [403, 'Forbidden', 'kubernetes/forbidden', false],
    [404, 'NotFound', 'kubernetes/not-found', false],
    [409, 'Conflict', 'kubernetes/conflict', false],
    [409, 'AlreadyExists', 'kubernetes/conflict', false],
    [410, 'Expired', 'kubernetes/expired', false],
    [422, 'Invalid', 'kubernetes/invalid', false],
    [429, 'TooManyRequests', 'kubernetes/busy', true],
    [500, 'InternalError', 'kubernetes/server-error', true],
    [503, 'ServiceUnavailable', 'kubernetes/server-error', true],
    [504, 'Timeout', 'kubernetes/timeout', true],
    [302, '', 'kubernetes/bad-response', false],
    [418, '', 'kubernetes/bad-response', false],
  ] as const) {
    it(`gives ${id} for ${status} ${reason}`, () => {
      const error = errorFromAnswer('get pod default/web', answer(status, reason))
      assert.equal(error.message, 'Cannot get pod default/web: said the server')
      assert.deepEqual(
        [error.id, error.status, error.reason, error.transient],
        [id, status, reason, transient],
      )
    })
  }

  it('shows the text of something that is not an API server, in one line and bounded', () => {
    const error = errorFromAnswer('list pods', {
      status: 502,
      body: `<html>\n  bad gateway\n${'x'.repeat(9999)}`,
    })
    assert.match(error.message, /^Cannot list pods: HTTP status 502: <html> bad gateway x+$/)
    assert.ok(error.message.length < 600)
    assert.equal(
      errorFromAnswer('list pods', { status: 500, body: '' }).detail,
      'the server answered with HTTP status 500',
    )
  })

  it('bounds the message of a Status object', () => {
    const body = JSON.stringify(statusObject(422, 'Invalid', 'x'.repeat(1_000_000)))
    assert.equal(errorFromAnswer('create pod default/web', { status: 422, body }).detail.length, 4096)
  })

  it('takes the time to wait from the header, else from the Status object', () => {
    const body = JSON.stringify({ ...statusObject(429, '', 'm'), details: { retryAfterSeconds: 3 } })
    assert.equal(errorFromAnswer('a', { status: 429, body, retryAfter: '2' }).retryAfterMs, 2000)
    assert.equal(errorFromAnswer('a', { status: 429, body }).retryAfterMs, 3000)
    assert.equal(
      errorFromAnswer('a', { status: 429, body: '', retryAfter: 'Fri, 31 Dec' }).retryAfterMs,
      undefined,
    )
  })
})

describe('errorFromStatusObject()', () => {
  it('takes the status from the object: a watch sends it with HTTP status 200', () => {
    const error = errorFromStatusObject(
      'watch pods',
      statusObject(410, 'Expired', 'too old resource version: 1 (5)'),
    )
    assert.equal(error.id, 'kubernetes/expired')
    assert.equal(errorFromStatusObject('watch pods', {}).id, 'kubernetes/server-error')
  })
})
