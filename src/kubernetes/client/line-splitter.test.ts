// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { LineSplitter } from './line-splitter.ts'

describe('LineSplitter', () => {
  it('gives the same lines whatever the pieces', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => JSON.stringify(text))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ]
        const splitter = new LineSplitter(10_000)
        const got = places.slice(1).flatMap((end, index) => splitter.push(bytes.subarray(places[index], end)))
        assert.deepEqual(got, lines)
        assert.equal(splitter.pending, 0)
      }),
      { numRuns: 200 },
    )
  })

  it('leaves empty lines out, and knows what is unfinished', () => {
    const splitter = new LineSplitter(100)
    assert.deepEqual(splitter.push(Buffer.from('\r\n\na\n{"b"')), ['a'])
    assert.equal(splitter.pending, 4)
  })

  it('refuses a line that grows beyond the bound', () => {
    const splitter = new LineSplitter(8)
    assert.deepEqual(splitter.push(Buffer.from('12345678\n1234')), ['12345678'])
    assert.throws(() => splitter.push(Buffer.from('56789')), { name: 'OversizeError' })
  })
})
