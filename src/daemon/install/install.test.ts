// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { crashesAt, first, Node, second } from './shim-node.ts'

describe('install()', () => {
  test('puts the shim there for everyone to run, and a link that leads to it', async (t) => {
    const node = new Node(t)
    assert.deepEqual(await node.install(first, ['macvlan']), [
      'written bin/multus-shim',
      'written bin/multus',
      'written bin/macvlan',
    ])
    assert.deepEqual(node.picture.slice(0, 3), [
      'macvlan -> multus-shim',
      'multus -> multus-shim',
      `multus-shim 755 ${first}`,
    ])
  })

  test('changes nothing where everything is as wanted', async (t) => {
    const node = new Node(t)
    await node.install(first)
    const { ino } = statSync(join(node.binDir, 'multus-shim'))
    assert.deepEqual(await node.install(first), ['unchanged bin/multus-shim', 'unchanged bin/multus'])
    assert.equal(statSync(join(node.binDir, 'multus-shim')).ino, ino)
  })

  test('replaces an older shim by renaming: the file of those who run it stays as it is', async (t) => {
    const node = new Node(t)
    await node.install(first)
    const before = statSync(join(node.binDir, 'multus-shim')).ino
    assert.deepEqual(await node.install(second), ['written bin/multus-shim', 'unchanged bin/multus'])
    assert.equal(node.program, second)
    assert.notEqual(statSync(join(node.binDir, 'multus-shim')).ino, before)
  })

  test('leaves a shim that runs whatever it crashes between, and is completed by the next run', async (t) => {
    for (let step = 0; ; step++) {
      const node = new Node(t)
      node.writeBin('multus-shim', first)
      node.writeBin('multus', 'thin')
      const before = node.picture
      const crashed = await crashesAt(step, (beforeStep) => node.install(second, ['bridge'], beforeStep))
      assert.ok([first, second].includes(node.program))
      assert.equal(statSync(join(node.binDir, 'multus-shim')).mode & 0o111, 0o111)
      await node.install(second, ['bridge'])
      assert.equal(node.program, second)
      await node.uninstall()
      assert.deepEqual(node.picture, before)
      if (!crashed) break
      assert.ok(step < 50)
    }
  })

  test('makes a missing directory of plugins for everyone to enter, what it keeps for root alone', async (t) => {
    const node = new Node(t)
    rmSync(node.binDir, { recursive: true })
    await node.install(first)
    const modes = [node.binDir, join(node.binDir, '.plait')].map((path) => statSync(path).mode & 0o777)
    assert.deepEqual(modes, [0o755 & ~process.umask(), 0o700])
  })

  test('refuses a file that is no program, and names a directory that is not there', async (t) => {
    const node = new Node(t)
    await assert.rejects(node.install('#!/bin/sh'), { id: 'daemon/install-failed', message: /is no program/ })
    rmSync(node.binDir, { recursive: true })
    writeFileSync(node.binDir, 'a file')
    await assert.rejects(node.install(first), {
      id: 'daemon/install-failed',
      message: `Cannot install into ${node.binDir}`,
    })
  })
})
