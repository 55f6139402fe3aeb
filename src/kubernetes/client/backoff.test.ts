// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Backoff } from './backoff.ts'

describe('Backoff', () => {
  it('doubles from 0.8 s and stays at 30 s', () => {
    const backoff = new Backoff({ random: () => 0, now: () => 0 })
    const pauses = Array.from({ length: 8 }, () => backoff.next())
    assert.deepEqual(pauses, [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
  })

  it('stretches a pause by chance up to the double, and never beyond 30 s', () => {
    const backoff = new Backoff({ random: () => 0.999, now: () => 0 })
    const pauses = Array.from({ length: 100 }, () => backoff.next())
    assert.equal(Math.round(pauses[0] ?? 0), 1599)
    assert.equal(Math.max(...pauses), 30_000)
  })

  it('starts over when nothing failed for two minutes after the last pause', () => {
    let now = 0
    const backoff = new Backoff({ random: () => 0, now: () => now })
    backoff.next()
    backoff.next()
    now = 1600 + 120_000
    assert.equal(backoff.next(), 3200)
    now += 3200 + 120_001
    assert.equal(backoff.next(), 800)
  })
})
