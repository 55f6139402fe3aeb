// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EventWindow } from './event-window.ts'

const event = (revision: number) => ({ revision, type: 'ADDED' as const, key: `/${revision}`, object: {} })

function filled(count: number, limit: number): EventWindow {
  const window = new EventWindow(limit, 0)
  for (let revision = 1; revision <= count; revision += 1) window.add(event(revision))
  return window
}

describe('an event window', () => {
  test('gives what came after a revision, oldest first', () => {
    assert.deepEqual(
      filled(5, 10)
        .since(3)
        ?.map(({ revision }) => revision),
      [4, 5],
    )
    assert.deepEqual(filled(5, 10).since(5), [])
  })

  test('forgets the oldest beyond twice its limit, and then says that it does not know', () => {
    const window = filled(21, 10)
    assert.equal(window.since(10), undefined)
    assert.deepEqual(window.since(11)?.length, 10)
  })

  test('knows nothing older than its compaction', () => {
    const window = filled(5, 10)
    window.compact(0)
    assert.equal(window.since(4), undefined)
    assert.deepEqual(window.since(5), [])
  })

  test('keeps to its bound however much is added', () => {
    const window = filled(10_000, 10)
    assert.ok((window.since(9_990)?.length ?? 0) <= 20)
    assert.equal(window.since(9_000), undefined)
  })
})
