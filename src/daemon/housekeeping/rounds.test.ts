// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { waitFor } from '../../base/index.ts'
import { Rounds } from './rounds.ts'

describe('Rounds', () => {
  test('go on after a round that has failed', async () => {
    const failures: unknown[] = []
    let rounds = 0
    await using _rounds = Rounds.start({
      firstMs: 1,
      roundMs: 1000,
      round: async () => {
        if (++rounds === 1) throw new Error('disk')
        return 60_000
      },
      onFailure: (error) => {
        failures.push(String(error))
        return 1
      },
    })
    await waitFor(() => rounds === 2, { timeoutMs: 2000, what: 'the second round' })
    assert.deepEqual(failures, ['Error: disk'])
  })

  test('end the round that is under way when they are disposed of, and tell of no failure', async () => {
    const begun = Promise.withResolvers<void>()
    const rounds = Rounds.start({
      firstMs: 1,
      roundMs: 60_000,
      round: async (signal) => {
        begun.resolve()
        return new Promise<number>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('ended')), { once: true })
        })
      },
      onFailure: () => assert.fail('told of a failure'),
    })
    await begun.promise
    await rounds[Symbol.asyncDispose]()
  })
})
