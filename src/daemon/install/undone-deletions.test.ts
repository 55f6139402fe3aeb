// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { install } from './install.ts'
import { uninstall } from './uninstall.ts'

/** A node on which plait is installed, and what `plait uninstall` says that it leaves. */
async function makeNode(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'plait-undone-'))
  t.after(() => rmSync(root, { recursive: true }))
  const [binDir, confDir, spoolDir, shim] = ['bin', 'net.d', 'spool', 'shim'].map((name) => join(root, name))
  assert.ok(binDir && confDir && spoolDir && shim)
  mkdirSync(binDir)
  mkdirSync(confDir)
  writeFileSync(shim, '\u007FELF shim')
  const places = { binDir, confDir, confName: '00-multus.conf' }
  await install({ ...places, shim, links: [] })
  const left = async () => {
    const reports = await uninstall({ ...places, spoolDir, socketDir: join(root, 'run'), force: false })
    return reports.filter(({ did }) => did === 'left')
  }
  return { spoolDir, left }
}

describe('uninstall() with deletions that were kept for a daemon', () => {
  test('names those that nobody has done', async (t) => {
    const { spoolDir, left } = await makeNode(t)
    mkdirSync(spoolDir, { mode: 0o700 })
    for (const name of ['c1-0.del', 'c2-0.del', 'c3-0.del.broken']) writeFileSync(join(spoolDir, name), '')
    const note = '2 deletions of pods that no daemon has done; start one to have them done'
    assert.deepEqual(await left(), [{ path: spoolDir, did: 'left', note }])
  })

  test('says nothing where all are done, or where there never was one', async (t) => {
    const [one, other] = [await makeNode(t), await makeNode(t)]
    mkdirSync(one.spoolDir, { mode: 0o700 })
    assert.deepEqual(await one.left(), [])
    assert.deepEqual(await other.left(), [])
  })
})
