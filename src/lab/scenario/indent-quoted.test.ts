// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { indentQuotedScalars } from './indent-quoted.ts'

describe('indentQuotedScalars()', () => {
  it('makes a quoted scalar whose last line is at the margin readable, with the same value', () => {
    const text = `spec:\n  config: '{\n    "type": "bridge"\n}'\nmore: 1\n`
    assert.deepEqual(parse(indentQuotedScalars(text)), {
      spec: { config: '{ "type": "bridge" }' },
      more: 1,
    })
  })

  it('leaves text alone that is indented already', () => {
    const text = `spec:\n  config: '{\n      "a": "it''s"\n    }'\n  next: 'one'\n`
    assert.equal(indentQuotedScalars(text), text)
  })

  it('keeps the empty lines of a quoted scalar', () => {
    const text = `a: 'x\n\ny'\nb: 2\n`
    assert.deepEqual(parse(indentQuotedScalars(text)), { a: 'x\ny', b: 2 })
  })
})
