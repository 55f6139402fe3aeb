// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatSelector, matcherOfSelector } from './selector-object.ts'

const selector = {
  matchLabels: { app: 'web' },
  matchExpressions: [
    { key: 'tier', operator: 'In', values: ['b', 'a'] },
    { key: 'env', operator: 'NotIn', values: ['dev'] },
    { key: 'x', operator: 'Exists' },
    { key: 'y', operator: 'DoesNotExist' },
  ],
}

describe('a label selector object', () => {
  test('fits labels by all that it says', () => {
    const fits = matcherOfSelector(selector)
    assert.ok(fits({ app: 'web', tier: 'a', x: '' }))
    assert.ok(!fits({ app: 'web', tier: 'c', x: '' }))
    assert.ok(!fits({ app: 'web', tier: 'a' }))
    assert.ok(!fits({ app: 'web', tier: 'a', x: '', y: '' }))
    assert.ok(!fits({ app: 'web', tier: 'a', x: '', env: 'dev' }))
  })

  test('fits everything when it is empty', () => {
    assert.ok(matcherOfSelector({})({ any: 'label' }))
  })

  test('reads as the text that kubectl takes', () => {
    assert.equal(formatSelector(selector), 'app=web,tier in (a,b),env notin (dev),x,!y')
    assert.equal(formatSelector({}), '<none>')
  })
})
