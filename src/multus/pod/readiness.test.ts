// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isReadyForDel, waitUntilReady } from './readiness.ts'

const timing = { timeoutMs: 30, intervalMs: 5 }

test('waitUntilReady() does not wait for nothing', async () => {
  await waitUntilReady('', timing)
})

test('waitUntilReady() ends as soon as the file is there (RDY-1)', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'plait-ready-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'ready')
  const waiting = waitUntilReady(file, { timeoutMs: 5000, intervalMs: 5 })
  await writeFile(file, '')
  await waiting
  assert.equal(isReadyForDel(file), true)
})

test("waitUntilReady() gives up in upstream's words (RDY-1)", async () => {
  await assert.rejects(waitUntilReady('/nonexistent/./ready', timing), {
    id: 'multus/not-ready',
    message:
      'have you checked that your default network is ready? still waiting for readinessindicatorfile @ ' +
      '/nonexistent/ready. pollimmediate error: timed out waiting for the condition',
  })
})

test('isReadyForDel() looks once, and fails only when it cannot look (RDY-2)', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'plait-ready-'))
  t.after(() => rm(directory, { recursive: true }))
  const loop = join(directory, 'loop')
  await symlink(loop, loop)
  assert.equal(isReadyForDel(''), true)
  assert.equal(isReadyForDel('/nonexistent/ready'), false)
  assert.throws(() => isReadyForDel(loop), {
    message: /^error checking readinessindicatorfile on CNI DEL @ .*\/loop: ELOOP/,
  })
})
