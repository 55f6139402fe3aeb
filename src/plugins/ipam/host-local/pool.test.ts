// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePool } from './pool.ts'

const set = (length: number) =>
  Array.from({ length }, (_, index) => ({ subnet: `10.${index >> 8}.${index & 255}.0/24` }))

describe('parsePool()', () => {
  it('takes hundreds of ranges', () => {
    const [only] = parsePool({ ranges: [set(512)] }, {}, '1.1.0')
    assert.equal(only?.length, 512)
  })

  it('refuses thousands of ranges at once, in one set or in many', () => {
    for (const ranges of [[set(10_000)], set(10_000).map((range) => [range])]) {
      const started = performance.now()
      assert.throws(() => parsePool({ ranges }, {}, '1.1.0'), {
        code: 999,
        message: /Cannot use 10000 ranges: at most 512 are possible/,
      })
      assert.ok(performance.now() - started < 2000)
    }
  })
})
