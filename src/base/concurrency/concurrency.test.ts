// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { delay } from './delay.ts'
import { KeyedMutex } from './keyed-mutex.ts'
import { Limiter } from './limiter.ts'
import { retry } from './retry.ts'
import { UndoStack } from './undo-stack.ts'
import { waitFor } from './wait-for.ts'

describe('UndoStack', () => {
  test('undoes backwards, goes on after a failure and reports it', async () => {
    const undone: string[] = []
    const stack = new UndoStack()
    stack.push('the link', () => void undone.push('link'))
    stack.push('the address', () => Promise.reject(new Error('busy')))
    stack.push('the route', () => void undone.push('route'))
    const failures = await stack.rollback()
    assert.deepEqual(undone, ['route', 'link'])
    assert.deepEqual(
      failures.map((failure) => failure.message),
      ['Cannot undo the address'],
    )
    assert.deepEqual(await stack.rollback(), [], 'a second rollback has nothing to do')
  })

  test('clear() keeps what was done', async () => {
    const stack = new UndoStack()
    stack.push('nothing', () => assert.fail('undone'))
    stack.clear()
    assert.deepEqual(await stack.rollback(), [])
  })
})

describe('Limiter', () => {
  test('runs at most so many at a time, in the order of arrival', async () => {
    const limiter = new Limiter({ concurrency: 2 })
    let running = 0
    let most = 0
    const started: number[] = []
    await Promise.all(
      [0, 1, 2, 3, 4].map((number) =>
        limiter.run(async () => {
          started.push(number)
          most = Math.max(most, ++running)
          await delay(1)
          running--
        }),
      ),
    )
    assert.equal(most, 2)
    assert.deepEqual(started, [0, 1, 2, 3, 4])
    assert.ok(limiter.isIdle)
  })

  test('refuses more waiting than allowed', async () => {
    const limiter = new Limiter({ concurrency: 1, maxWaiting: 1, what: 'the test' })
    const gate = Promise.withResolvers<void>()
    const first = limiter.run(() => gate.promise)
    const second = limiter.run(() => 2)
    await assert.rejects(
      limiter.run(() => 3),
      { id: 'system/queue-full' },
    )
    gate.resolve()
    await first
    assert.equal(await second, 2)
  })

  test('lets a waiting caller leave', async () => {
    const limiter = new Limiter({ concurrency: 1 })
    const gate = Promise.withResolvers<void>()
    const first = limiter.run(() => gate.promise)
    const controller = new AbortController()
    const second = limiter.run(() => assert.fail('ran'), { signal: controller.signal })
    const third = limiter.run(() => 3)
    controller.abort(new Error('gone'))
    await assert.rejects(second, { message: 'gone' })
    gate.resolve()
    await first
    assert.equal(await third, 3)
  })

  test('gives the place back when the function fails', async () => {
    const limiter = new Limiter({ concurrency: 1 })
    await assert.rejects(limiter.run(() => Promise.reject(new Error('x'))))
    assert.equal(await limiter.run(() => 1), 1)
  })
})

test('KeyedMutex runs one key in order, other keys side by side, and forgets idle keys', async () => {
  const mutex = new KeyedMutex()
  const log: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = mutex.run('a', async () => {
    await gate.promise
    log.push('a1')
  })
  const second = mutex.run('a', () => void log.push('a2'))
  await mutex.run('b', () => void log.push('b'))
  assert.equal(mutex.size, 1)
  gate.resolve()
  await Promise.all([first, second])
  assert.deepEqual(log, ['b', 'a1', 'a2'])
  assert.equal(mutex.size, 0)
})

describe('retry()', () => {
  test('gives the first success', async () => {
    const result = await retry((attempt) => (attempt < 3 ? Promise.reject(new Error('no')) : attempt), {
      attempts: 5,
      delayMs: 1,
    })
    assert.equal(result, 3)
  })

  test('throws the last failure, and at once one that is not worth it', async () => {
    let count = 0
    const fail = (): never => {
      throw new Error(String(++count))
    }
    await assert.rejects(retry(fail, { attempts: 2, delayMs: 1, factor: 2, jitter: 1 }), { message: '2' })
    await assert.rejects(retry(fail, { attempts: 2, delayMs: 1, shouldRetry: () => false }), { message: '3' })
  })
})

describe('waitFor()', () => {
  test('gives what the check finds', async () => {
    let looks = 0
    assert.equal(
      await waitFor(() => (++looks > 2 ? 'there' : undefined), {
        timeoutMs: 1000,
        intervalMs: 1,
        what: 'it',
      }),
      'there',
    )
  })

  test('ends at the deadline with what was waited for', async () => {
    await assert.rejects(
      waitFor(() => false, { timeoutMs: 5, intervalMs: 1, what: 'rain' }),
      {
        name: 'TimeoutError',
        message: 'Cannot wait any longer for rain: 5 ms are over',
      },
    )
  })

  test('ends with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(
      waitFor(() => false, { timeoutMs: 1000, what: 'x', signal }),
      { message: 'enough' },
    )
  })
})

test('delay() ends early with the reason of the signal', async () => {
  const controller = new AbortController()
  const waiting = delay(60_000, controller.signal)
  controller.abort(new Error('stop'))
  await assert.rejects(waiting, { message: 'stop' })
})
