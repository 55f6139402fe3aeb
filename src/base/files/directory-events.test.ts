// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../concurrency/wait-for.ts'
import { DirectoryEvents } from './directory-events.ts'

const soon = { timeoutMs: 5000, intervalMs: 2, what: 'an event' } as const

interface Cleanup {
  after(step: () => void): void
}

/** A directory that does not exist yet, what watches it, and what was told. */
function scene(t: Cleanup) {
  const parent = mkdtempSync(join(tmpdir(), 'plait-events-'))
  const directory = join(parent, 'watched')
  const told: (string | null)[] = []
  const events = new DirectoryEvents([directory], (name) => void told.push(name))
  t.after(() => {
    events[Symbol.dispose]()
    rmSync(parent, { recursive: true })
  })
  return { directory, events, told }
}

describe('DirectoryEvents', () => {
  test('tells of a file in a directory that came after it', async (t) => {
    const { directory, events, told } = scene(t)
    events.open()
    mkdirSync(directory)
    events.open()
    writeFileSync(join(directory, 'file'), '')
    await waitFor(() => told.includes('file'), soon)
  })

  const replacements: readonly (readonly [string, (directory: string) => void])[] = [
    ['removed', rmdirSync],
    ['moved away', (directory) => renameSync(directory, `${directory}.old`)],
  ]
  for (const [what, takeAway] of replacements) {
    test(`tells of a file in the directory that takes the place of one that was ${what}`, async (t) => {
      const { directory, events, told } = scene(t)
      mkdirSync(directory)
      events.open()
      takeAway(directory)
      await waitFor(() => told.length > 0, soon)
      mkdirSync(directory)
      events.open()
      writeFileSync(join(directory, 'file'), '')
      await waitFor(() => told.includes('file'), soon)
    })
  }
})
