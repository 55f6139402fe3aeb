// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLog, Lull, PlaitError, silentLog } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import { callOf, createGate, dispatcherOf, turn } from './call-gate.ts'
import type { HandleCall } from './cni-call.ts'
import { Dispatcher } from './dispatcher.ts'
import type { RequestSample } from './request-sample.ts'

describe('Dispatcher.answer()', () => {
  test('gives up an ADD whose caller has gone, and says so', async () => {
    const gate = createGate()
    const gone = new AbortController()
    const answer = dispatcherOf(gate.handle).answer(callOf('ADD', 'a', { gone: gone.signal }))
    await turn()
    gone.abort(new PlaitError('daemon/caller-gone', 'Cannot go on: nobody waits'))
    const outcome = await answer
    assert.ok('error' in outcome)
    assert.deepEqual(
      [outcome.error.code, outcome.error.id, outcome.error.msg],
      [11, 'daemon/caller-gone', 'Cannot go on: nobody waits'],
    )
  })

  test('goes on with a DEL whose caller has gone', async () => {
    const gate = createGate()
    const gone = new AbortController()
    const answer = dispatcherOf(gate.handle).answer(callOf('DEL', 'a', { gone: gone.signal }))
    await turn()
    gone.abort(new Error('gone'))
    await turn()
    gate.open('DEL a')
    assert.deepEqual(await answer, { stdout: 'DEL a' })
  })

  test('has others stand back as long as a call runs', async () => {
    const [gate, lull] = [createGate(), new Lull()]
    const answer = new Dispatcher({ handle: gate.handle, log: silentLog, lull }).answer(callOf('ADD', 'a'))
    const wait = lull.wait({ maxMs: 60_000 }).then(() => gate.diary.push('others go on'))
    await turn()
    gate.open('ADD a')
    await Promise.all([answer, wait])
    assert.deepEqual(gate.diary, ['start ADD a', 'end ADD a', 'others go on'])
  })

  test('ends a call that takes too long with 11', async () => {
    const outcome = await dispatcherOf(createGate().handle, { callMs: 10 }).answer(callOf('DEL', 'a'))
    assert.ok('error' in outcome)
    assert.deepEqual([outcome.error.code, outcome.error.id], [11, 'daemon/request-timeout'])
  })

  test('keeps the code of a CNI error and makes anything else 999', async () => {
    const errors: unknown[] = [new CniError(50, 'not ready', { details: 'd' }), new Error('odd')]
    const dispatcher = dispatcherOf(() => Promise.reject(errors.shift()))
    const outcomes = [
      await dispatcher.answer(callOf('STATUS', '')),
      await dispatcher.answer(callOf('GC', '')),
    ]
    assert.deepEqual(
      outcomes.map(
        (outcome) => 'error' in outcome && [outcome.error.code, outcome.error.msg, outcome.error.details],
      ),
      [
        [50, 'not ready', 'd'],
        [999, 'odd', undefined],
      ],
    )
  })

  test('writes one line for each call, with its names and without its configuration', async () => {
    const lines: string[] = []
    const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })
    const dispatcher = new Dispatcher({ handle: () => Promise.resolve(''), log })
    await dispatcher.answer(
      callOf('ADD', 'a', {
        environment: {
          CNI_COMMAND: 'ADD',
          CNI_CONTAINERID: 'a\nb',
          CNI_ARGS: 'K8S_POD_NAMESPACE=n;K8S_POD_NAME=p',
          TRACEPARENT: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        },
      }),
    )
    assert.equal(lines.length, 1)
    // On a busy machine a call may have waited for its turn, and then the line says so.
    const { time: _time, ms: _ms, waitedMs: _waitedMs, ...line } = JSON.parse(lines[0] ?? '')
    assert.deepEqual(line, {
      level: 'info',
      request: 1,
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
      command: 'ADD',
      container: 'a\nb',
      pod: 'n/p',
      msg: 'request done',
    })
  })

  test('gives what runs a log whose lines have the number and the trace of the call', async () => {
    const lines: string[] = []
    const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })
    const handle: HandleCall = async (_call, context) => {
      context.log?.info({}, 'inside')
      return context.trace?.traceId ?? ''
    }
    const outcome = await new Dispatcher({ handle, log }).answer(callOf('ADD', 'a'))
    const [inside, done] = lines.map((line): Record<string, unknown> => JSON.parse(line))
    assert.equal(inside?.msg, 'inside')
    assert.deepEqual([inside?.request, inside?.trace], [done?.request, done?.trace])
    assert.deepEqual(outcome, { stdout: done?.trace })
  })

  test('tells of each call how long it waited, how long it took and what was wrong', async () => {
    const samples: RequestSample[] = []
    const gate = createGate()
    const observe = (sample: RequestSample): void => void samples.push(sample)
    const limits = { concurrency: 1, waitMs: 5 }
    const dispatcher = new Dispatcher({ handle: gate.handle, log: silentLog, limits, observe })
    const running = dispatcher.answer(callOf('ADD', 'a'))
    const late = dispatcher.answer(callOf('DEL', 'b'))
    assert.deepEqual(dispatcher.load, { running: 1, waiting: 1 })
    await late
    gate.open('ADD a')
    await running
    assert.deepEqual(
      samples.map(({ program, command, error }) => [program, command, error?.id]),
      [
        ['multus-shim', 'DEL', 'daemon/busy'],
        ['multus-shim', 'ADD', undefined],
      ],
    )
    const [waited, ran] = samples
    assert.ok(waited !== undefined && waited.waitedMs === waited.durationMs)
    assert.ok(ran !== undefined && ran.waitedMs < ran.durationMs)
    assert.deepEqual(dispatcher.load, { running: 0, waiting: 0 })
  })
})

describe('Dispatcher.stop()', () => {
  test('waits for what runs, answers what waits and what comes with 11', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle, { concurrency: 1 })
    const running = dispatcher.answer(callOf('DEL', 'a'))
    const waiting = dispatcher.answer(callOf('DEL', 'b'))
    const stopped = dispatcher.stop({ drainMs: 10_000, undoMs: 10_000 })
    const [queued, late] = await Promise.all([waiting, dispatcher.answer(callOf('DEL', 'c'))])
    assert.ok('error' in queued && 'error' in late)
    assert.deepEqual([queued.error.code, late.error.id], [11, 'daemon/stopping'])
    gate.open('DEL a')
    assert.deepEqual(await running, { stdout: 'DEL a' })
    assert.equal(await stopped, true)
  })

  test('takes a call whose caller asks only once, and waits for it as well', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle)
    const running = dispatcher.answer(callOf('DEL', 'a'))
    const stopped = dispatcher.stop({ drainMs: 10_000, undoMs: 10_000 })
    const once = dispatcher.answer(callOf('DEL', 'b', { asksOnce: true }))
    gate.open('DEL a')
    await running
    await turn()
    gate.open('DEL b')
    assert.deepEqual(await once, { stdout: 'DEL b' })
    assert.equal(await stopped, true)
    assert.equal(gate.diary.at(-1), 'end DEL b')
  })

  test('has ADDs undone that do not end by themselves', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle)
    const running = dispatcher.answer(callOf('ADD', 'a'))
    assert.equal(await dispatcher.stop({ drainMs: 10, undoMs: 10_000 }), true)
    const outcome = await running
    assert.ok('error' in outcome)
    assert.deepEqual([outcome.error.code, outcome.error.id], [11, 'daemon/stopping'])
  })

  test('does not wait for ever', async () => {
    const gate = createGate()
    const dispatcher = dispatcherOf(gate.handle)
    const running = dispatcher.answer(callOf('DEL', 'a'))
    assert.equal(await dispatcher.stop({ drainMs: 5, undoMs: 5 }), false)
    gate.open('DEL a')
    await running
  })
})
