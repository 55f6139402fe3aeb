// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isOver, usualPatience } from './patience.ts'

const nowMs = Date.UTC(2026, 0, 10)
const daysAgo = (days: number): number => nowMs - days * 24 * 3600_000

describe('isOver()', () => {
  const cases: readonly (readonly [string, number, number, boolean])[] = [
    ['goes on before three days are over', 2.9, 800, false],
    ['ends after three days', 3, 864, true],
    ['gives an old request a hundred tries', 30, 99, false],
    ['ends when an old request has had them', 30, 100, true],
    ['ends after a thousand tries when the clock was set back', -30, 1000, true],
    ['goes on until then', -30, 999, false],
  ]
  for (const [what, days, tries, over] of cases) {
    test(what, () => {
      assert.equal(isOver({ writtenMs: daysAgo(days), tries }, usualPatience, nowMs), over)
    })
  }
})
