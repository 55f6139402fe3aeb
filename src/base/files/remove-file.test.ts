// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeFile } from './remove-file.ts'

test('removeFile() removes a file, takes one that is gone for removed, and leaves directories alone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'plait-remove-'))
  try {
    const path = join(directory, 'file')
    writeFileSync(path, '')
    removeFile(path)
    assert.equal(existsSync(path), false)
    removeFile(path)
    assert.throws(() => removeFile(directory), { code: /^(EISDIR|EPERM)$/ })
  } finally {
    rmdirSync(directory)
  }
})
