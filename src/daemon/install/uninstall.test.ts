// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import {
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { crashesAt, first, multusConf, Node, second } from './shim-node.ts'

describe('uninstall()', () => {
  test('restores exactly what was there: programs, modes, links and configurations', async (t) => {
    const node = new Node(t)
    node.writeBin('multus-shim', 'upstream shim', 0o744)
    node.writeBin('bridge', 'upstream bridge')
    symlinkSync('cni', join(node.binDir, 'macvlan'))
    node.writeConf('00-multus.conf', '{"type": "multus-shim", "by": "upstream"}')
    const before = node.picture
    await node.install(first, ['bridge', 'macvlan', 'vlan'])
    node.writeConf('00-multus.conf', multusConf)
    await node.install(second, ['bridge', 'macvlan', 'vlan'])
    assert.deepEqual(await node.uninstall(), [
      'unchanged net.d/00-multus.conf.cilium_bak',
      'restored net.d/00-multus.conf',
      'removed bin/vlan',
      'restored bin/macvlan',
      'restored bin/bridge',
      'removed bin/multus',
      'restored bin/multus-shim',
    ])
    assert.deepEqual(node.picture, before)
    assert.equal(existsSync(join(node.binDir, '.plait')), false)
  })

  test("takes away the daemon's configuration, also under the name that Cilium gave it", async (t) => {
    const node = new Node(t)
    const before = node.picture
    await node.install(first)
    node.writeConf('00-multus.conf', multusConf)
    node.writeConf('00-multus.conf.cilium_bak', multusConf)
    await node.uninstall()
    assert.deepEqual(node.picture, before)
  })

  test('does nothing the second time, and where nothing was installed', async (t) => {
    const node = new Node(t)
    await node.install(first)
    assert.notDeepEqual(await node.uninstall(), [])
    const after = node.picture
    assert.deepEqual(await node.uninstall(), [])
    assert.deepEqual(node.picture, after)
  })

  test('names the configuration that a daemon wrote after it: it calls a shim that is gone', async (t) => {
    const node = new Node(t)
    await node.install(first)
    await node.uninstall()
    node.writeConf('00-multus.conf', multusConf)
    const before = node.picture
    assert.deepEqual(await node.uninstall(), ['left net.d/00-multus.conf'])
    assert.deepEqual(node.picture, before)
    node.writeBin('multus-shim', 'upstream shim')
    assert.deepEqual(await node.uninstall(), [])
  })

  test('restores the same after it was interrupted anywhere', async (t) => {
    for (let step = 0; ; step++) {
      const node = new Node(t)
      node.writeBin('multus', 'thin')
      node.writeConf('00-multus.conf', '{"type": "multus"}')
      const before = node.picture
      await node.install(first, ['bridge'])
      node.writeConf('00-multus.conf', multusConf)
      const crashed = await crashesAt(step, (beforeStep) => node.uninstall(beforeStep))
      await node.uninstall()
      assert.deepEqual(node.picture, before)
      if (!crashed) break
      assert.ok(step < 50)
    }
  })

  test('restores owners and times as well', async (t) => {
    const node = new Node(t)
    const look = (path: string): unknown[] => {
      const { uid, gid, mode, mtimeMs } = statSync(path)
      return [uid, gid, mode, mtimeMs]
    }
    node.writeBin('multus-shim', 'upstream shim', 0o755)
    node.writeConf('00-multus.conf', '{"type": "other"}')
    const paths = [join(node.binDir, 'multus-shim'), join(node.confDir, '00-multus.conf')]
    for (const path of paths) utimesSync(path, 1000, 1000)
    if (process.geteuid?.() === 0) for (const path of paths) chownSync(path, 4711, 4712)
    const before = paths.map(look)
    await node.install(first)
    node.writeConf('00-multus.conf.new', multusConf)
    renameSync(join(node.confDir, '00-multus.conf.new'), join(node.confDir, '00-multus.conf'))
    await node.uninstall()
    assert.deepEqual(paths.map(look), before)
  })

  test('leaves what somebody else has put there since', async (t) => {
    const node = new Node(t)
    await node.install(first, ['bridge'])
    unlinkSync(join(node.binDir, 'bridge'))
    node.writeBin('bridge', 'newer bridge')
    node.writeConf('00-multus.conf', '{"type": "other"}')
    const reports = await node.uninstall()
    assert.ok(reports.includes('left bin/bridge'))
    assert.ok(reports.includes('left net.d/00-multus.conf'))
  })

  test('gives back what was there at the last installation, not a program that was replaced before it', async (t) => {
    const node = new Node(t)
    await node.install(first)
    node.writeBin('multus-shim', 'upstream shim, rolled back to')
    await node.install(second)
    await node.uninstall()
    assert.equal(node.program, 'upstream shim, rolled back to')
  })

  test('refuses beside a daemon that serves, unless it is forced', async (t) => {
    const node = new Node(t)
    await node.install(first)
    mkdirSync(join(node.root, 'run'))
    const server = createServer().listen(join(node.root, 'run/multus.sock'))
    t.after(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    await assert.rejects(node.uninstall(), { id: 'daemon/still-running' })
    assert.equal(node.program, first)
    await node.uninstall(undefined, true)
    assert.equal(existsSync(join(node.binDir, 'multus-shim')), false)
  })

  test('says so when its notes cannot be read, and changes nothing', async (t) => {
    const node = new Node(t)
    await node.install(first)
    writeFileSync(join(node.binDir, '.plait/installed.json'), '{"version": 2}')
    await assert.rejects(node.uninstall(), { id: 'daemon/manifest-broken' })
    await assert.rejects(node.install(second), { id: 'daemon/manifest-broken' })
    assert.equal(node.program, first)
  })
})
