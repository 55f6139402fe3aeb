// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RestoreBudget } from './restore-budget.ts'

const tenMinutes = 600_000

test('RestoreBudget allows five restores in ten minutes, each a little later and none by 2 s', () => {
  const budget = new RestoreBudget()
  const pauses = [0, 1, 2, 3, 4, 5].map((second) => budget.spend(second * 1000))
  assert.deepEqual(pauses, [0, 100, 200, 400, 800, undefined])
  assert.equal(budget.spent, 5)
})

test('RestoreBudget begins anew when its window is over', () => {
  const budget = new RestoreBudget()
  for (let turn = 0; turn < 5; turn++) budget.spend(turn)
  assert.equal(budget.spend(tenMinutes - 1), undefined)
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => budget.spend(tenMinutes + 10)),
    [0, 100, 200, 400, 800, undefined],
  )
})
