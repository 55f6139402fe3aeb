// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Lull } from './lull.ts'

const long = { maxMs: 60_000 }

describe('Lull', () => {
  test('lets work go on at once when nothing is under way', async () => {
    await new Lull().wait(long)
  })

  test('lets it go on when the last of what is under way has ended, however it ends', async () => {
    const lull = new Lull()
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
    const ends = [first, second].map(({ promise }) => lull.during(async () => promise))
    const seen: string[] = []
    const waits = [1, 2].map(async () => lull.wait(long).then(() => seen.push('went on')))
    first.resolve('answer')
    assert.equal(await ends[0], 'answer')
    assert.deepEqual(seen, [])
    second.reject(new Error('no'))
    await assert.rejects(async () => ends[1], { message: 'no' })
    await Promise.all(waits)
    assert.deepEqual(seen, ['went on', 'went on'])
  })

  test('holds work up no longer than allowed', async () => {
    const lull = new Lull()
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = lull.during(async () => promise)
    await lull.wait({ maxMs: 1 })
    resolve()
    await end
  })

  test('ends the wait with the reason of the signal', async () => {
    const lull = new Lull()
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = lull.during(async () => promise)
    const controller = new AbortController()
    const waiting = lull.wait({ ...long, signal: controller.signal })
    controller.abort(new Error('stop'))
    await assert.rejects(waiting, { message: 'stop' })
    resolve()
    await end
  })
})
