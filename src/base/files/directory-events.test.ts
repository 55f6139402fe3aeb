// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DirectoryEvents } from './directory-events.ts'

test('DirectoryEvents tells of a file in a directory that came after it', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'plait-events-'))
  const directory = join(parent, 'later')
  const told = Promise.withResolvers<string | null>()
  const events = new DirectoryEvents([directory], told.resolve)
  t.after(() => {
    events[Symbol.dispose]()
    rmSync(parent, { recursive: true })
  })
  events.open()
  mkdirSync(directory)
  events.open()
  writeFileSync(join(directory, 'file'), '')
  assert.equal(await told.promise, 'file')
})
