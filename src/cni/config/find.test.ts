// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { describeError } from '../../base/index.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { findNetworkInDirectory, firstConfigInDirectory, loadNetwork } from './find.ts'

const conf = (name: string, type = 'macvlan'): string => JSON.stringify({ cniVersion: '0.4.0', name, type })
const conflist = (name: string, type = 'bridge'): string => JSON.stringify({ name, plugins: [{ type }] })

function refusal(find: () => unknown): string {
  try {
    find()
  } catch (error) {
    return describeError(error)
  }
  return 'found'
}

test('findNetworkInDirectory() takes the first file by name whose network has the name', (t) => {
  const directory = scratchDirectory(t, {
    '10-other.conf': conf('other'),
    '20-net.json': conf('net', 'first'),
    '30-net.conflist': conflist('net'),
    '05-net.txt': conf('net'),
    'sub/01.conf': conf('net'),
  })
  const { path, network } = findNetworkInDirectory(directory, 'net')
  assert.equal(basename(path), '20-net.json')
  assert.ok(!('plugins' in network) && network.type === 'first')
})

test('findNetworkInDirectory() finds lists and does not add the plugins of their folder', (t) => {
  const directory = scratchDirectory(t, { 'a.conflist': conflist('net'), 'net/b.conf': conf('x') })
  const { network } = findNetworkInDirectory(directory, 'net')
  assert.ok('plugins' in network && network.plugins.length === 1)
})

test('findNetworkInDirectory() stops at a file that cannot be parsed, unless the match comes before', (t) => {
  const directory = scratchDirectory(t, {
    '10-a.conf': conf('a'),
    '20-b.conf': '{"name":"b"}',
    '30-c.conflist': conflist('c'),
  })
  assert.equal(findNetworkInDirectory(directory, 'a').network.name, 'a')
  assert.equal(
    refusal(() => findNetworkInDirectory(directory, 'c')),
    `Error loading CNI config file ${directory}/20-b.conf: error parsing configuration: missing 'type'`,
  )
  const lists = scratchDirectory(t, { 'x.conflist': '{"plugins":[]}' })
  assert.equal(
    refusal(() => findNetworkInDirectory(lists, 'c')),
    `Error loading CNI conflist file ${lists}/x.conflist: error parsing configuration list: no name`,
  )
})

test('findNetworkInDirectory() says that there is no match, no file and no directory', (t) => {
  const directory = scratchDirectory(t, { 'a.conf': conf('a'), 'empty/readme.md': '', file: '' })
  assert.throws(() => findNetworkInDirectory(directory, 'b'), {
    id: 'cni/network-missing',
    message: `no network available in the name b in cni dir ${directory}`,
  })
  for (const name of ['empty', 'absent']) {
    const path = join(directory, name)
    assert.equal(
      refusal(() => findNetworkInDirectory(path, 'a')),
      `No networks found in ${path}`,
    )
  }
  assert.match(
    refusal(() => findNetworkInDirectory(join(directory, 'file'), 'a')),
    /^No networks found in .*\/file: ENOTDIR/,
  )
})

test('firstConfigInDirectory() takes the first file by name, whatever the name of its network', (t) => {
  const directory = scratchDirectory(t, { '00.json': conf('a'), '10.conflist': conflist('b'), '05.txt': '' })
  assert.equal(firstConfigInDirectory(directory).network.name, 'a')
})

test('firstConfigInDirectory() takes a directory of only .json files for empty', (t) => {
  const directory = scratchDirectory(t, { '00.json': conf('a') })
  assert.throws(() => firstConfigInDirectory(directory), { message: `No networks found in ${directory}` })
})

test('loadNetwork() prefers lists, adds their folder, and turns a single plugin into a list', (t) => {
  const directory = scratchDirectory(t, {
    '10.conf': conf('net'),
    '20.conflist': conflist('net'),
    'net/30.conf': '{"type":"added"}',
    '40.json': conf('single'),
  })
  assert.deepEqual(
    loadNetwork(directory, 'net').plugins.map(({ type }) => type),
    ['bridge', 'added'],
  )
  const single = loadNetwork(directory, 'single')
  const whole = { cniVersion: '0.4.0', name: 'single', type: 'macvlan' }
  assert.deepEqual(JSON.parse(single.bytes.toString()), {
    cniVersion: '0.4.0',
    name: 'single',
    plugins: [whole],
  })
})

test('loadNetwork() says what it did not find', (t) => {
  const directory = scratchDirectory(t, { '10.conf': conf('net') })
  assert.throws(() => loadNetwork(directory, 'x'), {
    message: `no net configuration with name "x" in ${directory}`,
  })
  const absent = join(directory, 'absent')
  assert.throws(() => loadNetwork(absent, 'x'), { message: `no net configurations found in ${absent}` })
})

test('loadNetwork() stops at the first list that cannot be parsed', (t) => {
  const directory = scratchDirectory(t, { '1.conflist': '{', '2.conflist': conflist('net') })
  assert.match(
    refusal(() => loadNetwork(directory, 'net')),
    /^error loading CNI conflist file .*1\.conflist: /,
  )
})
