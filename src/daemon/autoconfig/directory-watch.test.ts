// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { DirectoryWatch } from './directory-watch.ts'

const longMs = 60_000

/** A directory that is watched, and a way to write a file there that ends when inotify has told of it. */
async function watched(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-watch-'))
  const own = new DirectoryWatch([directory])
  const waking = own.changed(longMs)
  // Of the same process, so that both are told of an event at the same time.
  const witness = watch(directory)
  t.after(() => {
    own[Symbol.dispose]()
    witness.close()
    rmSync(directory, { recursive: true })
  })
  const write = async (name: string): Promise<void> => {
    const told = new Promise<void>((resolve) => {
      witness.on('change', (_event, changed) => changed === name && resolve())
    })
    writeFileSync(join(directory, name), '{}')
    await told
    await setImmediate()
  }
  await write('00-first.conf')
  await waking
  // One write makes several changes.
  await hasWoken(own)
  return { own, write }
}

async function hasWoken(own: DirectoryWatch): Promise<boolean> {
  return Promise.race([own.changed(longMs).then(() => true), setImmediate(false)])
}

describe('DirectoryWatch', () => {
  test('wakes when a configuration is written', async (t) => {
    const { own, write } = await watched(t)
    await write('10-flannel.conflist')
    assert.equal(await hasWoken(own), true)
  })

  test('sleeps on while a file is written that has no name yet, as its own on a full disk', async (t) => {
    const { own, write } = await watched(t)
    await write('.00-multus.conf.0123456789ab.tmp')
    assert.equal(await hasWoken(own), false)
  })

  test('wakes when it is disposed of, and never sleeps again', async (t) => {
    const { own } = await watched(t)
    const waking = own.changed(longMs)
    own[Symbol.dispose]()
    await waking
    assert.equal(await hasWoken(own), true)
  })
})
