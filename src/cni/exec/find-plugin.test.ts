// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { findPlugin } from './find-plugin.ts'

test('findPlugin() gives the first regular file of the name, links followed', (t) => {
  const first = scratchDirectory(t)
  const second = scratchDirectory(t, { bridge: '', 'my.plugin': '' })
  mkdirSync(join(first, 'bridge'))
  symlinkSync('gone', join(first, 'my.plugin'))
  assert.equal(findPlugin('bridge', [first, second]), join(second, 'bridge'))
  assert.equal(findPlugin('my.plugin', [first, second]), join(second, 'my.plugin'))
  symlinkSync(join(second, 'bridge'), join(first, 'linked'))
  assert.equal(findPlugin('linked', [first]), join(first, 'linked'))
})

test('findPlugin() never looks in the working directory', () => {
  assert.throws(() => findPlugin('package.json', ['']), { id: 'cni/plugin-missing' })
})

test('findPlugin() refuses a name that leads out of the directory', (t) => {
  const directory = scratchDirectory(t, { secret: '', 'sub/plugin': '' })
  for (const type of ['../secret', 'sub/plugin', '.', '..', String.raw`sub\plugin`, 'a\0']) {
    assert.throws(
      () => findPlugin(type, [join(directory, 'sub')]),
      { message: /^invalid plugin name: / },
      type,
    )
  }
})

test('findPlugin() says what it did not find and where', (t) => {
  const directory = scratchDirectory(t, { file: '' })
  symlinkSync('round', join(directory, 'round'))
  assert.throws(() => findPlugin('round', [directory]), { message: /^failed to find plugin "round"/ })
  assert.throws(() => findPlugin('', [directory]), { message: 'no plugin name provided' })
  assert.throws(() => findPlugin('a', []), { code: 999, message: 'no paths provided' })
  assert.throws(() => findPlugin('nope', ['/a', join(directory, 'file')]), {
    code: 999,
    message: `failed to find plugin "nope" in path [/a ${directory}/file]`,
    id: 'cni/plugin-missing',
  })
})
