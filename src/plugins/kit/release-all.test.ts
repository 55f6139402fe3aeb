// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { releaseAll } from './release-all.ts'

describe('releaseAll()', () => {
  it('runs every step in order although one fails, and throws that failure', async () => {
    const done: number[] = []
    const failure = new Error('second')
    const run = releaseAll(
      () => void done.push(1),
      () => Promise.reject(failure),
      () => void done.push(3),
    )
    await assert.rejects(run, failure)
    assert.deepEqual(done, [1, 3])
  })

  it('throws several failures together', async () => {
    const fail = (text: string) => () => Promise.reject(new Error(text))
    await assert.rejects(
      releaseAll(fail('first'), fail('second')),
      (error) => error instanceof AggregateError && error.errors.length === 2,
    )
  })

  it('is silent when all went well', async () => {
    await releaseAll(() => undefined)
  })
})
