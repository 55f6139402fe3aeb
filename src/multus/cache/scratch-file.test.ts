// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { loadDelegate } from '../delegate/load.ts'
import {
  keepScratchFileAside,
  listScratchFiles,
  readScratchFile,
  removeScratchFile,
  writeScratchFile,
} from './scratch-file.ts'

const delegates = [loadDelegate('{"type":"bridge","name":"n"}')]

function scratch(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-scratch-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return { cniDir: join(directory, 'multus'), containerId: 'c1' }
}

describe('the file of a pod', () => {
  test('is written with its directory, for root alone, and nothing else is left', (t) => {
    const key = scratch(t)
    writeScratchFile(key, [])
    writeScratchFile(key, delegates)
    assert.deepEqual(readdirSync(key.cniDir), ['c1'])
    assert.equal(statSync(join(key.cniDir, 'c1')).mode & 0o777, 0o600)
    assert.equal(statSync(key.cniDir).mode & 0o777, 0o700)
    assert.equal(readScratchFile(key)?.[0]?.network.name, 'n')
  })

  test('is undefined when it is not there, and can be removed twice', (t) => {
    const key = scratch(t)
    assert.equal(readScratchFile(key), undefined)
    writeScratchFile(key, delegates)
    removeScratchFile(key)
    removeScratchFile(key)
    assert.equal(readScratchFile(key), undefined)
  })

  test('is refused, named and kept aside when it is corrupt', (t) => {
    const key = scratch(t)
    writeScratchFile(key, delegates)
    writeFileSync(join(key.cniDir, 'c1'), '[{"Conf"')
    assert.throws(() => readScratchFile(key), { id: 'multus/cache-corrupt', message: /\/multus\/c1: / })
    const aside = keepScratchFileAside(key)
    assert.equal(readFileSync(aside, 'utf8'), '[{"Conf"')
    assert.equal(readScratchFile(key), undefined)
    assert.deepEqual(listScratchFiles(key.cniDir), [])
  })

  test('is kept aside for at most 64 containers', (t) => {
    const { cniDir } = scratch(t)
    for (let i = 0; i < 70; i++) {
      const key = { cniDir, containerId: `c${i}` }
      writeScratchFile(key, delegates)
      keepScratchFileAside(key)
    }
    assert.equal(readdirSync(cniDir).length, 64)
  })

  test('says why it cannot be written (upstream inventory: save to an invalid path)', (t) => {
    const { cniDir } = scratch(t)
    mkdirSync(cniDir)
    writeFileSync(join(cniDir, 'file'), '')
    const key = { cniDir: join(cniDir, 'file', 'below'), containerId: 'c1' }
    assert.throws(() => writeScratchFile(key, delegates), { id: 'multus/cache-failed', message: /ENOTDIR/ })
  })

  test('is never looked for outside the directory', (t) => {
    const { cniDir } = scratch(t)
    for (const containerId of ['../c1', 'a/b', '', '.hidden']) {
      assert.throws(() => writeScratchFile({ cniDir, containerId }, delegates), /containerID/)
      assert.throws(() => readScratchFile({ cniDir, containerId }), /containerID/)
      assert.throws(() => removeScratchFile({ cniDir, containerId }), /containerID/)
    }
  })

  test('is listed by container id; results and leftovers are not', (t) => {
    const { cniDir } = scratch(t)
    assert.deepEqual(listScratchFiles(cniDir), [])
    for (const containerId of ['a', 'b']) writeScratchFile({ cniDir, containerId }, delegates)
    mkdirSync(join(cniDir, 'results'))
    writeFileSync(join(cniDir, '.a.tmp'), '')
    const records = listScratchFiles(cniDir)
    assert.deepEqual(records.map(({ containerId }) => containerId).toSorted(), ['a', 'b'])
    assert.ok(records.every(({ writtenMs }) => Math.abs(writtenMs - Date.now()) < 60_000))
  })
})
