// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import { frameOf, soon, trial } from './fakes/spool-trial.ts'

describe('Spool', () => {
  test('replays what waits, the oldest first, and removes it', async (t) => {
    const { directory, put, start } = trial(t)
    for (const [container, second] of [
      ['b', 20],
      ['c', 30],
      ['a', 10],
    ] as const)
      put(container, second)
    const seen = start()
    await waitFor(() => readdirSync(directory).length === 0, soon)
    assert.deepEqual(seen, ['a', 'b', 'c'])
  })

  test('replays what comes later', async (t) => {
    const { directory, put, start } = trial(t)
    const seen = start()
    put('late')
    await waitFor(() => seen.length === 1 && readdirSync(directory).length === 0, soon)
    assert.deepEqual(seen, ['late'])
  })

  test('replays what comes into a directory that was not there', async (t) => {
    const { directory, put, start } = trial(t)
    rmSync(directory, { recursive: true })
    const seen = start()
    mkdirSync(directory, { mode: 0o700 })
    put('late')
    await waitFor(() => seen.length === 1, soon)
  })

  test('keeps what fails, and tries it again after a pause', async (t) => {
    const { directory, spool, put, start } = trial(t)
    put('a')
    let attempts = 0
    const times: number[] = []
    start(async () => {
      times.push(performance.now())
      return ++attempts < 2 ? { error: new CniError(11, 'no API') } : { stdout: '' }
    })
    await waitFor(() => attempts === 1, soon)
    assert.deepEqual([readdirSync(directory), spool.length], [['a.del'], 1])
    await waitFor(() => spool.length === 0, soon)
    assert.deepEqual(readdirSync(directory), [])
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 990)
  })

  test('replays more than a queue of requests may hold', async (t) => {
    const { directory, put, start } = trial(t)
    for (let index = 0; index < 1100; index++) put(`c${index}`)
    const seen = start()
    await waitFor(() => readdirSync(directory).length === 0, { ...soon, timeoutMs: 60_000 })
    assert.equal(new Set(seen).size, 1100)
  })

  test('removes what a shim has left unfinished an hour ago', async (t) => {
    const { directory, start } = trial(t)
    for (const name of ['.old.tmp', '.new.tmp']) writeFileSync(join(directory, name), '')
    utimesSync(join(directory, '.old.tmp'), 1, 1)
    start()
    await waitFor(() => readdirSync(directory).join() === '.new.tmp', soon)
  })

  test('replays nothing from a directory that others may write to, and says so once', async (t) => {
    const { directory, log, put, start } = trial(t)
    put('a')
    chmodSync(directory, 0o777)
    const seen = start()
    await waitFor(() => log().includes('daemon/spool-unsafe'), soon)
    chmodSync(directory, 0o700)
    await waitFor(() => seen.length === 1, soon)
    assert.equal(log().match(/spool cannot be read/g)?.length, 1)
  })

  test('drops a DEL when a newer ADD of the same attachment has succeeded', async (t) => {
    const { directory, spool, log, put, start } = trial(t)
    put('same', 10)
    put('other', 10)
    const isTried = new Set<string>()
    start(async ({ environment }) => {
      isTried.add(environment.CNI_CONTAINERID ?? '')
      return { error: new CniError(11, 'not now') }
    })
    await waitFor(() => isTried.size === 2, soon)
    const handle = spool.guard(async () => 'added')
    const signal = AbortSignal.timeout(5000)
    const environment = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'same', CNI_IFNAME: 'eth0' }
    const call = { program: 'multus-shim', environment, stdin: Buffer.alloc(0), gone: signal }
    assert.equal(await handle(call, { signal }), 'added')
    assert.deepEqual([readdirSync(directory), spool.length], [['other.del'], 1])
    assert.match(log(), /a newer ADD has succeeded/)
    const late = { ...call, environment: { ...environment, CNI_COMMAND: 'DEL' } }
    const spooled = { name: 'same.del', writtenMs: 10_000 }
    assert.equal(await handle({ ...late, spooled }, { signal }), '', 'it was about to run')
  })

  test('drops a DEL that nobody has noticed yet when a newer ADD has succeeded', async (t) => {
    const { directory, spool, put } = trial(t)
    put('same2-0', 10)
    writeFileSync(join(directory, 'same-0.del'), frameOf('same'))
    utimesSync(join(directory, 'same-0.del'), 10, 10)
    const handle = spool.guard(async () => 'added')
    const signal = AbortSignal.timeout(5000)
    const environment = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'same', CNI_IFNAME: 'eth0' }
    const call = { program: 'multus-shim', environment, stdin: Buffer.alloc(0), gone: signal }
    assert.equal(await handle(call, { signal }), 'added')
    assert.deepEqual(readdirSync(directory), ['same2-0.del'])
  })

  test('keeps a DEL when the ADD has failed, or began before it', async (t) => {
    const { directory, spool, put, start } = trial(t)
    put('same', 10)
    let attempts = 0
    start(async () => (attempts++, { error: new CniError(11, 'not now') }))
    await waitFor(() => attempts === 1, soon)
    const signal = AbortSignal.timeout(5000)
    const environment = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'same', CNI_IFNAME: 'eth0' }
    const call = { program: 'multus-shim', environment, stdin: Buffer.alloc(0), gone: signal }
    const failing = spool.guard(async () => Promise.reject(new Error('no')))
    await assert.rejects(failing(call, { signal }), { message: 'no' })
    assert.deepEqual(readdirSync(directory), ['same.del'])
    const slow = spool.guard(async () => {
      put('same')
      await waitFor(() => attempts === 2, soon)
      return ''
    })
    await slow(call, { signal })
    assert.deepEqual(readdirSync(directory), ['same.del'])
  })
})
