// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { install } from './install.ts'
import type { BeforeStep } from './node-files.ts'
import { uninstall } from './uninstall.ts'

const [first, second] = ['\u007FELF shim 1', '\u007FELF shim 2']
const multusConf = JSON.stringify({ name: 'multus-cni-network', type: 'multus-shim' })

/** A node whose files are compared as text: one line each. */
class Node {
  readonly root: string
  readonly binDir: string
  readonly confDir: string

  constructor(t: TestContext) {
    this.root = mkdtempSync(join(tmpdir(), 'plait-install-'))
    t.after(() => rmSync(this.root, { recursive: true }))
    this.binDir = join(this.root, 'bin')
    this.confDir = join(this.root, 'net.d')
    mkdirSync(this.binDir)
    mkdirSync(this.confDir)
    writeFileSync(join(this.confDir, '10-flannel.conflist'), '{}')
  }

  /** What is in both directories, but for what the installation keeps for itself. */
  get picture(): string[] {
    return [this.binDir, this.confDir].flatMap((directory) =>
      readdirSync(directory)
        .filter((name) => !name.startsWith('.plait'))
        .map((name) => `${name} ${describePath(join(directory, name))}`),
    )
  }

  /** The bytes that the runtime would execute. */
  get program(): string {
    return readFileSync(join(this.binDir, 'multus-shim'), 'utf8')
  }

  places(beforeStep?: BeforeStep) {
    const { binDir, confDir } = this
    return { binDir, confDir, confName: '00-multus.conf', ...(beforeStep ? { beforeStep } : {}) }
  }

  async install(shim: string, links: readonly string[] = [], beforeStep?: BeforeStep): Promise<string[]> {
    const file = join(this.root, 'shim')
    writeFileSync(file, shim)
    const reports = await install({ ...this.places(beforeStep), shim: file, links })
    return reports.map(({ did, path }) => `${did} ${path.slice(this.root.length + 1)}`)
  }

  async uninstall(beforeStep?: BeforeStep, force = false): Promise<string[]> {
    const [socketDir, spoolDir] = [join(this.root, 'run'), join(this.root, 'spool')]
    const reports = await uninstall({ ...this.places(beforeStep), socketDir, spoolDir, force })
    return reports.map(({ did, path }) => `${did} ${path.slice(this.root.length + 1)}`)
  }

  writeBin(name: string, text: string, mode = 0o755): void {
    writeFileSync(join(this.binDir, name), text)
    chmodSync(join(this.binDir, name), mode)
  }

  writeConf(name: string, text: string): void {
    writeFileSync(join(this.confDir, name), text)
  }
}

function describePath(path: string): string {
  if (lstatSync(path).isSymbolicLink()) return `-> ${readlinkSync(path)}`
  return `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'utf8')}`
}

/** Runs until the program ends before its n-th change of the disk; false when there is no such change. */
async function crashesAt(step: number, run: (beforeStep: BeforeStep) => Promise<unknown>): Promise<boolean> {
  let left = step
  const crash = new Error('crash')
  try {
    await run(() => {
      if (left-- === 0) throw crash
    })
    return false
  } catch (error) {
    if (error === crash) return true
    throw error
  }
}

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
