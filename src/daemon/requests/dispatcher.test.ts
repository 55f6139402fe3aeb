// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLog, PlaitError, silentLog } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import type { CniCall, HandleCall } from './cni-call.ts'
import { Dispatcher } from './dispatcher.ts'
import type { RequestSample } from './request-sample.ts'
import type { TurnLimits } from './turns.ts'

const never = new AbortController().signal

function callOf(command: string, container: string, overrides: Partial<CniCall> = {}): CniCall {
  const environment = { CNI_COMMAND: command, CNI_CONTAINERID: container, CNI_IFNAME: 'eth0' }
  return { program: 'multus-shim', environment, stdin: Buffer.from('secret'), gone: never, ...overrides }
}

/** Holds each call until it is let go, and keeps a diary of what started and ended. */
function createGate() {
  const diary: string[] = []
  const doors = new Map<string, () => void>()
  const handle: HandleCall = async ({ environment, program }, { signal }) => {
    const key = `${program === 'multus-shim' ? '' : `${program} `}${environment.CNI_COMMAND} ${environment.CNI_CONTAINERID}`
    diary.push(`start ${key}`)
    await new Promise<void>((resolve, reject) => {
      doors.set(key, resolve)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    diary.push(`end ${key}`)
    return key
  }
  return { diary, handle, open: (key: string) => doors.get(key)?.() }
}

function dispatcherOf(handle: HandleCall, limits: Partial<TurnLimits> = {}): Dispatcher {
  return new Dispatcher({ handle, log: silentLog, limits })
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('Dispatcher.answer()', () => {
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

  test('ends a call that takes too long with 11', async () => {
    const outcome = await dispatcherOf(createGate().handle, { callMs: 10 }).answer(callOf('DEL', 'a'))
    assert.ok('error' in outcome)
    assert.deepEqual([outcome.error.code, outcome.error.id], [11, 'daemon/request-timeout'])
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
