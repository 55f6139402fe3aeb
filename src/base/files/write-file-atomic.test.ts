// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { writeFileAtomic } from './write-file-atomic.ts'

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plait-files-'))
  t.after(() => rm(directory, { recursive: true }))
  return directory
}

test('writeFileAtomic() replaces a file, sets its mode and leaves nothing else', async (t) => {
  const directory = await temporary(t)
  const path = join(directory, 'state.json')
  await writeFile(path, 'old')
  await writeFileAtomic(path, 'new', { mode: 0o666 })
  assert.equal(await readFile(path, 'utf8'), 'new')
  assert.equal((await stat(path)).mode & 0o777, 0o666)
  assert.deepEqual(await readdir(directory), ['state.json'])
})

test('writeFileAtomic() makes missing directories only when told', async (t) => {
  const path = join(await temporary(t), 'a', 'b', 'c')
  await assert.rejects(writeFileAtomic(path, 'x', { mode: 0o600 }), { code: 'ENOENT' })
  await writeFileAtomic(path, Buffer.from('x'), { mode: 0o600, directoryMode: 0o700 })
  assert.equal(await readFile(path, 'utf8'), 'x')
})

test('writeFileAtomic() tells a failure by the name of the file, in the same words each time', async (t) => {
  const path = join(await temporary(t), 'a', 'b')
  const message = `ENOENT: no such file or directory, open '${path}'`
  await assert.rejects(writeFileAtomic(path, 'x', { mode: 0o600 }), { message })
})

test('writeFileAtomic() leaves no temporary file when it fails', async (t) => {
  const directory = await temporary(t)
  await assert.rejects(writeFileAtomic(join(directory, '.'), 'x', { mode: 0o600 }))
  assert.deepEqual(await readdir(directory), [])
})
