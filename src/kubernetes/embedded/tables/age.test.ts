// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ageSince, humanDuration } from './age.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const cases: readonly (readonly [number, string])[] = [
  [-5 * second, '<invalid>'],
  [-500, '0s'],
  [0, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + 5 * second, '2m5s'],
  [10 * minute + 5 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 20 * minute, '3h20m'],
  [9 * hour + 20 * minute, '9h'],
  [47 * hour, '47h'],
  [4 * day + 2 * hour, '4d2h'],
  [30 * day, '30d'],
  [3 * 365 * day, '3y'],
  [3 * 365 * day + 5 * day, '3y5d'],
  [9 * 365 * day + 5 * day, '9y'],
]

describe('ages', () => {
  for (const [milliseconds, text] of cases) {
    test(`${milliseconds} ms are ${text}`, () => assert.equal(humanDuration(milliseconds), text))
  }

  test('are unknown without a time', () => {
    assert.equal(ageSince(undefined, new Date()), '<unknown>')
    assert.equal(ageSince('2026-01-01T00:00:00Z', new Date('2026-01-01T00:01:00Z')), '60s')
  })
})
