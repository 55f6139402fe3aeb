// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { version } from '../../base/index.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

test('version() is what `plait version` prints', () => {
  assert.match(version(), /^\d+\.\d+\.\d+$/)
  const printed = execFileSync(process.execPath, [main, 'version'], { encoding: 'utf8' })
  assert.equal(printed, `plait ${version()}\n`)
})
