// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { FileLock } from './file-lock.ts'

function makeFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-lock-'))
  t.after(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'lock'), '')
  return join(directory, 'lock')
}

/** The witness: whether flock(1), another process, can have the lock at once. */
const isFree = (path: string): boolean => spawnSync('flock', ['--nonblock', path, 'true']).status === 0

describe('FileLock', () => {
  test('excludes other processes until it is disposed of', async (t) => {
    const path = makeFile(t)
    const lock = await FileLock.acquire(path, { timeoutMs: 1000 })
    assert.equal(isFree(path), false)
    lock[Symbol.dispose]()
    lock[Symbol.dispose]()
    assert.equal(isFree(path), true)
  })

  test('waits for another process', async (t) => {
    const path = makeFile(t)
    const holder = spawn('flock', [path, 'sh', '-c', 'echo held; read line'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    const acquiring = FileLock.acquire(path, { timeoutMs: 5000 })
    assert.equal(
      await Promise.race([
        acquiring.then(() => 'acquired'),
        once(holder, 'exit', { signal: AbortSignal.timeout(30) }).catch(() => 'waiting'),
      ]),
      'waiting',
    )
    holder.stdin.end('\n')
    using _lock = await acquiring
    assert.equal(isFree(path), false)
  })

  test('is given to callers of this process one after the other', async (t) => {
    const path = makeFile(t)
    let inside = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        using _lock = await FileLock.acquire(path, { timeoutMs: 5000 })
        assert.equal(++inside, 1)
        await Promise.resolve()
        inside--
      }),
    )
    assert.equal(isFree(path), true)
  })

  test('gives up in time, whoever holds it', async (t) => {
    const path = makeFile(t)
    using _lock = await FileLock.acquire(path, { timeoutMs: 1000 })
    await assert.rejects(FileLock.acquire(path, { timeoutMs: 20 }), {
      id: 'system/lock-timeout',
      message: `Cannot lock ${path}: another process has held it for 20 ms; see "lslocks" for which one`,
    })
  })

  test('gives up with the reason of its signal', async (t) => {
    const path = makeFile(t)
    using _lock = await FileLock.acquire(path, { timeoutMs: 1000 })
    const controller = new AbortController()
    const acquiring = FileLock.acquire(path, { timeoutMs: 10_000, signal: controller.signal })
    controller.abort(new Error('pod is gone'))
    await assert.rejects(acquiring, { message: 'pod is gone' })
  })

  test('makes the file only when told, with the mode that is told', async (t) => {
    const path = `${makeFile(t)}.new`
    await assert.rejects(FileLock.acquire(path, { timeoutMs: 1000 }), { code: 'ENOENT' })
    using _lock = await FileLock.acquire(path, { timeoutMs: 1000, create: { mode: 0o600 } })
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('takes a directory as well', async (t) => {
    const path = join(makeFile(t), '..')
    using _lock = await FileLock.acquire(path, { timeoutMs: 1000 })
    assert.equal(isFree(path), false)
  })

  test('leaves no descriptor, taken or not', async (t) => {
    const path = makeFile(t)
    const count = (): number => readdirSync('/proc/self/fd').length
    const before = count()
    for (let round = 0; round < 50; round++) {
      using _lock = await FileLock.acquire(path, { timeoutMs: 1000 })
      await assert.rejects(FileLock.acquire(path, { timeoutMs: 0 }))
    }
    assert.equal(count(), before)
  })
})
