// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog, waitFor } from '../../base/index.ts'
import { LevelLoop } from './level-loop.ts'

const waiting = { timeoutMs: 5000, intervalMs: 1, what: 'the loop' }

describe('LevelLoop', () => {
  it('answers any number of changes during a run by one more run, and never runs twice at once', async () => {
    const stop = new AbortController()
    const gate = Promise.withResolvers<void>()
    let runs = 0
    let atOnce = 0
    const loop = new LevelLoop(
      async () => {
        runs += 1
        atOnce += 1
        assert.equal(atOnce, 1)
        if (runs === 1) await gate.promise
        atOnce -= 1
      },
      { log: silentLog, signal: stop.signal },
    )
    for (let index = 0; index < 5; index += 1) loop.trigger()
    gate.resolve()
    await waitFor(() => runs === 2, waiting)
    loop.trigger()
    await waitFor(() => runs === 3, waiting)
    stop.abort()
  })

  it('runs work that failed again, and tells the failure', async () => {
    const stop = new AbortController()
    const told: string[] = []
    const log = { ...silentLog, warn: (_: object, message: string) => void told.push(message) }
    let runs = 0
    const loop = new LevelLoop(
      async () => {
        runs += 1
        if (runs === 1) throw new Error('no')
      },
      { log, signal: stop.signal },
    )
    loop.trigger()
    await waitFor(() => runs === 2, waiting)
    assert.deepEqual(told, ['a round failed, it runs again'])
    stop.abort()
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    let runs = 0
    const loop = new LevelLoop(async () => void (runs += 1), { log: silentLog, signal: stop.signal })
    stop.abort()
    loop.trigger()
    assert.equal(runs, 0)
  })
})
