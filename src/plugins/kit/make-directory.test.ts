// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { makeDirectory } from './make-directory.ts'

describe('makeDirectory()', () => {
  it('makes all that is missing, and is content with what is there', () => {
    const root = mkdtempSync(join(tmpdir(), 'plait-mkdir-'))
    try {
      const path = join(root, 'a/b/c')
      makeDirectory(path, 0o700)
      makeDirectory(path, 0o700)
      assert.equal(statSync(path).mode & 0o777, 0o700)
      writeFileSync(join(path, 'file'), '')
      assert.throws(() => makeDirectory(join(path, 'file'), 0o700), { code: 'EEXIST' })
      assert.throws(() => makeDirectory(join(path, 'file/d'), 0o700), { code: 'ENOTDIR' })
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  it('ends where nothing can be made', () => {
    assert.throws(() => makeDirectory('/proc/nothing/here/at/all', 0o700), {
      code: 'ENOENT',
      path: '/proc/nothing',
    })
  })
})
