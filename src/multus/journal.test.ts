// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PlaitError } from '../base/index.ts'
import { Journal } from './journal.ts'

const of = (name: string) => ({ namespace: 'ns', name, uid: 'u', containerId: 'c', command: 'ADD' })

describe('Journal', () => {
  test('remembers the steps of an attempt in order, and which one failed', async () => {
    const journal = new Journal({ now: () => 1000 })
    const attempt = journal.begin(of('web'))
    await attempt.step('pod', () => 'x')
    const failure = new PlaitError('multus/nad-missing', 'no such network')
    await assert.rejects(
      attempt.step('networks', async () => Promise.reject(failure)),
      failure,
    )
    attempt.end(failure)
    const [entry] = journal.of('ns', 'web')
    assert.deepEqual(
      entry?.steps.map(({ step, failed }) => [step, failed]),
      [
        ['pod', undefined],
        ['networks', true],
      ],
    )
    assert.deepEqual(
      [entry?.startedAt, entry?.errorId, entry?.error],
      [1000, 'multus/nad-missing', 'no such network'],
    )
  })

  test('keeps the last attempts of a pod only', () => {
    const journal = new Journal({ maxAttempts: 2 })
    for (const containerId of ['a', 'b', 'c']) journal.begin({ ...of('web'), containerId }).end()
    assert.deepEqual(
      journal.of('ns', 'web').map(({ containerId }) => containerId),
      ['b', 'c'],
    )
  })

  test('forgets the pod that was quiet longest when there are too many', () => {
    const journal = new Journal({ maxPods: 2 })
    for (const name of ['a', 'b', 'a', 'c']) journal.begin(of(name)).end()
    assert.deepEqual(
      journal.all().map(({ name }) => name),
      ['a', 'a', 'c'],
    )
  })

  test('cuts long errors and long lists of steps', async () => {
    const journal = new Journal()
    const attempt = journal.begin(of('web'))
    for (let i = 0; i < 700; i++) await attempt.step('x', () => undefined)
    const entry = attempt.end(new Error('x'.repeat(5000)))
    assert.equal(entry.steps.length, 600)
    assert.equal(entry.error?.length, 1000)
  })
})
