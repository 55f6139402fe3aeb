// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, test } from 'node:test'
import { delay } from '../../base/index.ts'
import { TimeLimit } from './time-limit.ts'

const onTimeout = (): Error => new Error('late')

describe('TimeLimit', () => {
  test('aborts after its time', async () => {
    using limit = new TimeLimit({ timeoutMs: 1, onTimeout, parents: [] })
    await assert.rejects(delay(10_000, limit.signal), { message: 'late' })
  })

  test('aborts with a parent and its reason, also one that was aborted before', () => {
    const [before, after] = [new AbortController(), new AbortController()]
    before.abort(new Error('before'))
    using early = new TimeLimit({ timeoutMs: 10_000, onTimeout, parents: [after.signal, before.signal] })
    assert.match(String(early.signal.reason), /before/)
    using late = new TimeLimit({ timeoutMs: 10_000, onTimeout, parents: [after.signal] })
    after.abort(new Error('after'))
    assert.match(String(late.signal.reason), /after/)
  })

  test('neither aborts nor listens once it is disposed', () => {
    const parent = new AbortController()
    const limit = new TimeLimit({ timeoutMs: 10_000, onTimeout, parents: [parent.signal] })
    limit[Symbol.dispose]()
    parent.abort()
    assert.equal(limit.signal.aborted, false)
    assert.equal(getEventListeners(parent.signal, 'abort').length, 0)
  })
})
