// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { cniErrorCode } from '../error.ts'
import type { PluginInvocation } from './invocation.ts'
import { PluginTurns } from './plugin-turns.ts'
import type { ExternalCallSample, PluginTurnsOptions } from './plugin-turns.ts'

function call(containerId: string, more: Partial<PluginInvocation> = {}): PluginInvocation {
  const base = { type: 'sriov', command: 'ADD', netns: '', ifName: 'net1', args: '', path: [] } as const
  return { ...base, containerId, config: {}, ...more }
}

/** Programs that run until the test ends them. */
function programs(options: Partial<PluginTurnsOptions> = {}) {
  const started: string[] = []
  const ends = new Map<string, (result: JsonObject | Error) => void>()
  const turns = new PluginTurns({
    invoke: ({ type, containerId }) =>
      new Promise((resolve, reject) => {
        started.push(`${type} ${containerId}`)
        ends.set(`${type} ${containerId}`, (result) =>
          result instanceof Error ? reject(result) : resolve(result),
        )
      }),
    ...options,
  })
  const end = (which: string, result: JsonObject | Error = {}): void => ends.get(which)?.(result)
  return { turns, started, end }
}

describe('PluginTurns', () => {
  test('runs as many programs as may, and the others in the order of their arrival', async () => {
    const { turns, started, end } = programs({ concurrency: 2 })
    const running = ['c1', 'c2', 'c3', 'c4'].map((id) => turns.invoke(call(id)))
    assert.deepEqual([started.length, turns.running, turns.waiting], [2, 2, 2])
    end('sriov c2', { from: 'c2' })
    assert.deepEqual(await running[1], { from: 'c2' })
    assert.deepEqual(started, ['sriov c1', 'sriov c2', 'sriov c3'])
    end('sriov c1', new Error('no device'))
    await assert.rejects(async () => running[0], { message: 'no device' })
    assert.deepEqual(started, ['sriov c1', 'sriov c2', 'sriov c3', 'sriov c4'])
    for (const id of ['c3', 'c4']) end(`sriov ${id}`)
    await Promise.all(running.slice(2))
    assert.deepEqual([turns.running, turns.waiting], [0, 0])
  })

  test('asks to try again later when the turn does not come in time, and lets go of the place', async () => {
    const { turns, started, end } = programs({ concurrency: 1, waitMs: 5 })
    const first = turns.invoke(call('c1'))
    await assert.rejects(turns.invoke(call('c2')), {
      code: cniErrorCode.tryAgainLater,
      id: 'cni/plugin-busy',
      msg: 'Cannot run plugin "sriov" (ADD): no turn within 5 ms; try again later',
    })
    assert.equal(turns.waiting, 0)
    end('sriov c1')
    await first
    assert.deepEqual(started, ['sriov c1'])
  })

  test('refuses at once when too many wait', async () => {
    const { turns, end } = programs({ concurrency: 1, maxWaiting: 1 })
    const accepted = [turns.invoke(call('c1')), turns.invoke(call('c2'))]
    await assert.rejects(turns.invoke(call('c3')), {
      id: 'cni/plugin-busy',
      msg: /Cannot wait for a turn among the external plugins: 1 are waiting already; try again later$/,
    })
    end('sriov c1')
    await accepted[0]
    end('sriov c2')
    await accepted[1]
  })

  test('stops waiting when the request is given up', async () => {
    const { turns, started, end } = programs({ concurrency: 1 })
    const first = turns.invoke(call('c1'))
    const caller = new AbortController()
    const second = turns.invoke(call('c2', { signal: caller.signal }))
    caller.abort(new Error('the caller is gone'))
    await assert.rejects(second, { message: 'the caller is gone' })
    end('sriov c1')
    await first
    assert.deepEqual(started, ['sriov c1'])
  })

  test('runs the program that another one of the same container runs in the turn of that one', async () => {
    const { turns, started, end } = programs({ concurrency: 1 })
    const outer = turns.invoke(call('c1', { type: 'flannel' }))
    const nested = turns.invokeNested(call('c1', { type: 'whereabouts' }))
    assert.deepEqual(started, ['flannel c1', 'whereabouts c1'])
    end('whereabouts c1')
    end('flannel c1')
    await Promise.all([outer, nested])
    assert.equal(turns.running, 0)
  })

  test('lets a call that stands alone wait for a turn like all others', async () => {
    const { turns, started, end } = programs({ concurrency: 1 })
    const first = turns.invoke(call('c1'))
    const alone = turns.invokeNested(call('c2'))
    assert.deepEqual([started, turns.waiting], [['sriov c1'], 1])
    end('sriov c1')
    await first
    end('sriov c2')
    await alone
  })

  test('tells of each call how long it waited and how long it ran', async () => {
    const samples: ExternalCallSample[] = []
    const { turns, end } = programs({ concurrency: 1, waitMs: 5, observe: (sample) => samples.push(sample) })
    const first = turns.invoke(call('c1'))
    await assert.rejects(turns.invoke(call('c2', { command: 'DEL' })))
    end('sriov c1')
    await first
    assert.deepEqual(
      samples.map(({ plugin, command, failed }) => [plugin, command, failed]),
      [
        ['sriov', 'DEL', true],
        ['sriov', 'ADD', false],
      ],
    )
    const [late, ran] = samples
    assert.ok(late !== undefined && late.waitedMs >= 4 && late.durationMs === 0)
    assert.ok(ran !== undefined && ran.waitedMs < ran.durationMs)
  })
})
