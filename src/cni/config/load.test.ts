// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeError } from '../../base/index.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { parseNetworkConfigList } from './list.ts'
import { loadConfigFile, loadListFile } from './load.ts'

const list = (more: object = {}): string =>
  JSON.stringify({ cniVersion: '1.0.0', name: 'net', plugins: [{ type: 'inline' }], ...more })
const plugin = (type: string): string => JSON.stringify({ type, own: type })

function refusal(load: () => unknown): string {
  try {
    load()
  } catch (error) {
    return describeError(error)
  }
  return 'loaded'
}

test('loadListFile() appends the plugins of the folder in the order of their file names', (t) => {
  const directory = scratchDirectory(t, {
    '10-net.conflist': list(),
    'net/20-b.conf': plugin('b'),
    'net/10-a.conf': plugin('a'),
    'net/5-c.conf': plugin('c'),
    'net/ignored.json': plugin('x'),
    'net/sub.conf/inner.conf': plugin('y'),
    'other/1.conf': plugin('z'),
  })
  const loaded = loadListFile(join(directory, '10-net.conflist'))
  const types = ['inline', 'a', 'b', 'c']
  assert.deepEqual(
    loaded.plugins.map(({ type }) => type),
    types,
  )
  const stored = parseNetworkConfigList(loaded.bytes)
  assert.deepEqual(stored.plugins, loaded.plugins)
  assert.deepEqual(loaded.config, stored.config)
  assert.equal(stored.plugins[2]?.config['own'], 'b')
})

test('loadListFile() gives the bytes of the file when the folder adds nothing', (t) => {
  const text = ` ${list()}\n`
  const directory = scratchDirectory(t, { 'a.conflist': text })
  mkdirSync(join(directory, 'net'))
  assert.equal(loadListFile(join(directory, 'a.conflist')).bytes.toString(), text)
})

test('loadListFile() leaves the folder out when only inlined plugins are wanted', (t) => {
  const directory = scratchDirectory(t, {
    'a.conflist': list({ loadOnlyInlinedPlugins: true }),
    'net/broken.conf': '{',
  })
  assert.equal(loadListFile(join(directory, 'a.conflist')).plugins.length, 1)
})

test('loadListFile() loads a list whose plugins all stand in the folder', (t) => {
  const directory = scratchDirectory(t, { 'a.conflist': '{"name":"net"}', 'net/a.conf': plugin('a') })
  assert.deepEqual(loadListFile(join(directory, 'a.conflist')).plugins.length, 1)
})

test('loadListFile() says what is wrong with which file', (t) => {
  const directory = scratchDirectory(t, {
    'none.conflist': '{"name":"none"}',
    'escape.conflist': '{"name":"../etc","plugins":[{"type":"a"}]}',
    'net.conflist': list(),
    'net/bad.conf': '{"mtu":1}',
    'broken.conflist': '{',
  })
  mkdirSync(join(directory, 'folder.conflist'))
  const vectors: readonly [string, string][] = [
    ['none', 'no plugin configs found'],
    ['escape', 'invalid network config name: ../etc'],
    ['net', `error parsing configuration ${directory}/net/bad.conf: missing 'type'`],
    ['folder', 'CNI configuration path is not a regular file'],
    [
      'absent',
      `error reading ${directory}/absent.conflist: ENOENT: no such file or directory, stat '${directory}/absent.conflist'`,
    ],
  ]
  for (const [name, problem] of vectors) {
    const path = join(directory, `${name}.conflist`)
    assert.equal(
      refusal(() => loadListFile(path)),
      `error loading CNI conflist file ${path}: ${problem}`,
    )
  }
  assert.throws(() => loadListFile(join(directory, 'broken.conflist')), { id: 'config/json-invalid' })
})

test('loadConfigFile() follows links and wants a type', (t) => {
  const directory = scratchDirectory(t, {
    'a.conf': '{"name":"n","type":"macvlan"}',
    'b.conf': '{"name":"n"}',
  })
  symlinkSync('a.conf', join(directory, 'link.conf'))
  assert.equal(loadConfigFile(join(directory, 'link.conf')).type, 'macvlan')
  const path = join(directory, 'b.conf')
  assert.equal(
    refusal(() => loadConfigFile(path)),
    `error loading CNI config file ${path}: error parsing configuration: missing 'type'`,
  )
})

test('loadConfigFile() does not read a file that is far too large', (t) => {
  const path = join(scratchDirectory(t, { 'a.conf': '' }), 'a.conf')
  truncateSync(path, 5 << 20)
  assert.equal(
    refusal(() => loadConfigFile(path)),
    `error loading CNI config file ${path}: error reading ${path}: 5242880 bytes are more than the 4194304 allowed`,
  )
})
