// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLabelSelector } from './label-selector.ts'

const labels = { app: 'web', tier: 'front', 'example.com/rank': '5' }

function fits(selector: string): boolean {
  return parseLabelSelector(selector)(labels)
}

describe('a label selector', () => {
  for (const selector of [
    '',
    'app=web',
    'app==web',
    'app!=db',
    'missing!=x',
    'app',
    '!missing',
    'app in (web, db)',
    'app notin (db)',
    'missing notin (db)',
    'app=web,tier=front',
    'app in (web),!missing , tier',
    'example.com/rank>4',
    'example.com/rank<6',
  ]) {
    test(`fits by "${selector}"`, () => assert.ok(fits(selector)))
  }

  for (const selector of [
    'app=db',
    'app!=web',
    'missing',
    '!app',
    'app in (db)',
    'app notin (web,db)',
    'app=web,tier=x',
    'example.com/rank>5',
    'missing=',
    'toString',
  ]) {
    test(`does not fit by "${selector}"`, () => assert.ok(!fits(selector)))
  }

  for (const selector of ['=web', 'app in web', 'a b', 'app=we b', 'app=(x)', '!']) {
    test(`"${selector}" is refused`, () =>
      assert.throws(() => fits(selector), { code: 400, reason: 'BadRequest' }))
  }
})
