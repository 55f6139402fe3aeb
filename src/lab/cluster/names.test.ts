// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomSuffix, templateHash } from './names.ts'

describe('templateHash()', () => {
  it('does not depend on the order of keys', () => {
    assert.equal(
      templateHash({ a: 1, b: { c: [1, 2], d: 'x' } }),
      templateHash({ b: { d: 'x', c: [1, 2] }, a: 1 }),
    )
  })

  it('changes with the template and is fit for a name', () => {
    const hashes = [templateHash({ a: 1 }), templateHash({ a: 2 }), templateHash({ a: [2, 1] })]
    assert.equal(new Set(hashes).size, 3)
    for (const hash of hashes) assert.match(hash, /^[a-z0-9]{1,10}$/)
  })
})

describe('randomSuffix()', () => {
  it('gives five characters without vowels', () => {
    assert.match(randomSuffix(), /^[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })
})
