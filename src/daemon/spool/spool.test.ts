// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createLog, waitFor } from '../../base/index.ts'
import type { PluginHost } from '../../cni/index.ts'
import { CniError } from '../../cni/index.ts'
import { encodeFrame, frameType } from '../protocol/frames.ts'
import { encodeShimRequest } from '../protocol/request.ts'
import type { CniCall, Outcome } from '../requests/cni-call.ts'
import { Spool } from './spool.ts'

const host: PluginHost = { find: async () => undefined, run: async () => ({ stdout: '', stderr: '' }) }
const soon = { timeoutMs: 5000, intervalMs: 5, what: 'the spool' } as const

interface Trial {
  readonly directory: string
  readonly spool: Spool
  readonly log: () => string
  /** Puts a DEL there, as a shim does; `second` is its time. */
  readonly put: (container: string, second?: number) => void
  /** Begins to replay; gives the containers of the calls, in order. */
  readonly start: (answer?: (call: CniCall) => Promise<Outcome>) => string[]
}

function frameOf(container: string, command = 'DEL'): Buffer {
  const environment = { CNI_COMMAND: command, CNI_CONTAINERID: container, CNI_IFNAME: 'eth0', CNI_PATH: '/b' }
  const request = { program: 'multus-shim', environment, stdin: Buffer.from('{}') }
  return encodeFrame(frameType.request, encodeShimRequest(request))
}

function trial(t: TestContext): Trial {
  const directory = join(mkdtempSync(join(tmpdir(), 'plait-spool-')), 'spool')
  mkdirSync(directory, { mode: 0o700 })
  let text = ''
  const log = createLog({ level: 'info', destination: { write: (line: string) => void (text += line) } })
  const spool = new Spool({ directory, host, log, lookMs: 50 })
  t.after(async () => {
    await spool[Symbol.asyncDispose]()
    rmSync(join(directory, '..'), { recursive: true })
  })
  return {
    directory,
    spool,
    log: () => text,
    put: (container, second) => {
      const file = join(directory, `${container}.del`)
      writeFileSync(`${file}.tmp`, frameOf(container), { mode: 0o600 })
      if (second !== undefined) utimesSync(`${file}.tmp`, second, second)
      rmSync(file, { force: true })
      writeFileSync(file, frameOf(container), { mode: 0o600 })
      if (second !== undefined) utimesSync(file, second, second)
      rmSync(`${file}.tmp`)
    },
    start: (answer = async () => ({ stdout: '' })) => {
      const seen: string[] = []
      spool.start(async (call) => {
        seen.push(call.environment.CNI_CONTAINERID ?? '')
        return answer(call)
      })
      return seen
    },
  }
}

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

  const broken: readonly (readonly [string, Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['half a frame', frameOf('x').subarray(0, 30)],
    ['a frame and more', Buffer.concat([frameOf('x'), Buffer.from('x')])],
    ['two frames', Buffer.concat([frameOf('x'), frameOf('y')])],
    ['a frame of another type', encodeFrame(frameType.reply, Buffer.from('x'))],
    ['an ADD', frameOf('x', 'ADD')],
    ['noise', Buffer.from('hello world, this is no frame')],
  ]
  for (const [what, bytes] of broken) {
    test(`sets ${what} aside with one log line, and goes on`, async (t) => {
      const { directory, log, put, start } = trial(t)
      writeFileSync(join(directory, 'bad.del'), bytes)
      put('good')
      const seen = start()
      await waitFor(() => readdirSync(directory).join() === 'bad.del.broken', soon)
      assert.deepEqual(seen, ['good'])
      assert.equal(log().match(/spooled request set aside/g)?.length, 1)
      assert.match(log(), /daemon\/protocol-violated/)
    })
  }

  test('goes on with the others when it can neither read one nor set it aside', async (t) => {
    const { directory, log, put, start } = trial(t)
    writeFileSync(join(directory, 'bad.del'), 'noise')
    utimesSync(join(directory, 'bad.del'), 1, 1)
    mkdirSync(join(directory, 'bad.del.broken'))
    put('good')
    const seen = start()
    await waitFor(() => !existsSync(join(directory, 'good.del')), soon)
    put('later')
    await waitFor(() => !existsSync(join(directory, 'later.del')), soon)
    assert.deepEqual(seen, ['good', 'later'])
    assert.equal(log().match(/spool cannot be read/g)?.length, 1)
  })

  test('replays more than a queue of requests may hold', async (t) => {
    const { directory, put, start } = trial(t)
    for (let index = 0; index < 1100; index++) put(`c${index}`)
    const seen = start()
    await waitFor(() => readdirSync(directory).length === 0, { ...soon, timeoutMs: 60_000 })
    assert.equal(new Set(seen).size, 1100)
  })

  test('keeps the newest 64 of what it has set aside', async (t) => {
    const { directory, start } = trial(t)
    for (let index = 0; index < 70; index++) {
      const name = join(directory, `x${index}.del`)
      writeFileSync(name, 'x')
      utimesSync(name, 1000 + index, 1000 + index)
    }
    start()
    const late = { ...soon, timeoutMs: 60_000 }
    await waitFor(() => readdirSync(directory).every((name) => name.endsWith('.broken')), late)
    await waitFor(() => readdirSync(directory).length === 64, late)
    assert.ok(!existsSync(join(directory, 'x0.del.broken')))
    assert.ok(existsSync(join(directory, 'x69.del.broken')))
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
