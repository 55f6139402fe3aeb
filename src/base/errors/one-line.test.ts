// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { oneLine } from './one-line.ts'

describe('oneLine()', () => {
  test('puts one blank in place of breaks, control characters and the blanks around them', () => {
    assert.equal(oneLine(' a\r\n \n\tb \u001b[31mc\u2028 d\n'), 'a b [31mc d')
  })

  test('keeps blanks that stand in a line', () => {
    assert.equal(oneLine('a  b'), 'a  b')
  })

  test('takes no longer than the text is, also for a long run of blanks', () => {
    const text = `a${' '.repeat(1_000_000)}b`
    const startedMs = performance.now()
    assert.equal(oneLine(text), text)
    assert.ok(performance.now() - startedMs < 2000) // milliseconds; hours when it is the square
  })
})
