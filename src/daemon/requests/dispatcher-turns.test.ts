// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PlaitError } from '../../base/index.ts'
import { callOf, createGate, dispatcherOf, turn } from './call-gate.ts'
import type { HandleCall } from './cni-call.ts'

describe('Dispatcher.answer(), when calls wait for their turn', () => {
  test('runs calls for different containers side by side and those for one container in order', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle)
    const all = [callOf('ADD', 'a'), callOf('DEL', 'a'), callOf('ADD', 'b')].map((call) =>
      dispatcher.answer(call),
    )
    await turn()
    assert.deepEqual(gate.diary, ['start ADD a', 'start ADD b'])
    gate.open('ADD a')
    await turn()
    assert.deepEqual(gate.diary.slice(2), ['end ADD a', 'start DEL a'])
    gate.open('ADD b')
    gate.open('DEL a')
    assert.deepEqual(await Promise.all(all), [{ stdout: 'ADD a' }, { stdout: 'DEL a' }, { stdout: 'ADD b' }])
  })

  test('runs a stand-alone plugin that is part of another one although there is no place', async () => {
    const part = { program: 'host-local' }
    const handle: HandleCall = async ({ program, environment: { CNI_CONTAINERID: id = '' } }) =>
      program === 'bridge' ? JSON.stringify(await dispatcher.answer(callOf('ADD', id, part))) : 'an address'
    const dispatcher = dispatcherOf(handle, { concurrency: 1, waitMs: 2000 })
    const all = ['a', 'b'].map((id) => dispatcher.answer(callOf('ADD', id, { program: 'bridge' })))
    const done = { stdout: '{"stdout":"an address"}' }
    assert.deepEqual(await Promise.all(all), [done, done])
  })

  test('starts calls in the order of their arrival when there is no place', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1 })
    const all = ['a', 'b', 'c'].map((id) => dispatcher.answer(callOf('ADD', id)))
    for (const id of ['a', 'b', 'c']) {
      await turn()
      gate.open(`ADD ${id}`)
    }
    await Promise.all(all)
    assert.deepEqual(
      gate.diary.filter((line) => line.startsWith('start')),
      ['start ADD a', 'start ADD b', 'start ADD c'],
    )
  })

  test('lets a plugin that a running call started have its turn although the place and the container are taken', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1 })
    const outer = dispatcher.answer(callOf('ADD', 'a'))
    const inner = dispatcher.answer(callOf('ADD', 'a', { program: 'host-local' }))
    await turn()
    assert.deepEqual(gate.diary, ['start ADD a', 'start host-local ADD a'])
    gate.open('host-local ADD a')
    gate.open('ADD a')
    await Promise.all([outer, inner])
  })

  test('answers 11 when the turn does not come in time, 50 for STATUS', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1, waitMs: 20 })
    const first = dispatcher.answer(callOf('ADD', 'a'))
    const [late, status] = await Promise.all([
      dispatcher.answer(callOf('ADD', 'b')),
      dispatcher.answer(callOf('STATUS', '')),
    ])
    assert.ok('error' in late && 'error' in status)
    assert.equal(late.error.code, 11)
    assert.equal(late.error.id, 'daemon/busy')
    assert.equal(
      late.error.msg,
      'Cannot run the request: its turn did not come within 0.02 s; try again later',
    )
    assert.equal(status.error.code, 50)
    gate.open('ADD a')
    assert.deepEqual(await first, { stdout: 'ADD a' })
  })

  test('answers 11 at once when the queue is full', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1, waiting: 1 })
    const held = ['a', 'b'].map((id) => dispatcher.answer(callOf('ADD', id)))
    const refused = await dispatcher.answer(callOf('ADD', 'c'))
    assert.ok('error' in refused)
    assert.deepEqual([refused.error.code, refused.error.id], [11, 'system/queue-full'])
    gate.open('ADD a')
    await turn()
    gate.open('ADD b')
    await Promise.all(held)
  })

  test('lets a call run for what its wait has left of its time', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const clock = t.mock.method(performance, 'now', () => 0)
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1, waitMs: 600, callMs: 1000 })
    const first = dispatcher.answer(callOf('ADD', 'a'))
    const second = dispatcher.answer(callOf('ADD', 'b'))
    const wait = (ms: number): void => {
      const nowMs = performance.now() + ms
      clock.mock.mockImplementation(() => nowMs)
      t.mock.timers.tick(ms)
    }
    await turn()
    wait(500)
    gate.open('ADD a')
    await first
    wait(499)
    await turn()
    assert.deepEqual(gate.diary, ['start ADD a', 'end ADD a', 'start ADD b'])
    wait(1)
    const late = await second
    assert.ok('error' in late)
    assert.equal(late.error.id, 'daemon/request-timeout')
    assert.match(late.error.msg, /it took longer than 1 s, with the wait for its turn/)
  })

  test('never begins a call whose caller has gone while it waited', async () => {
    const gate = createGate()
    const gone = new AbortController()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1 })
    const first = dispatcher.answer(callOf('ADD', 'a'))
    const waiting = ['ADD', 'DEL'].map((command) =>
      dispatcher.answer(callOf(command, command, { gone: gone.signal })),
    )
    await turn()
    gone.abort(new PlaitError('daemon/caller-gone', 'Cannot go on: nobody waits'))
    gate.open('ADD a')
    for (const outcome of [await first, ...(await Promise.all(waiting))].slice(1)) {
      assert.ok('error' in outcome)
      assert.equal(outcome.error.id, 'daemon/caller-gone')
    }
    assert.deepEqual(gate.diary, ['start ADD a', 'end ADD a'])
  })
})
