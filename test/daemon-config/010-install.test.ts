// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { SpawnSyncReturns } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { addEnvironment, runShim } from '../shim/run-shim.ts'
import { root as checkout } from '../shim/build-shim.ts'
import { makeDirectories } from './node.ts'

const built = join(checkout, 'build/multus-shim')
const skip = existsSync(built) ? false : 'the shim is not built: make -C shim'

/** A node with a directory of plugins, and two versions of the shim. */
class Node {
  readonly root: string
  readonly binDir: string
  readonly shim: string
  readonly newerShim: string

  constructor(t: TestContext) {
    this.root = makeDirectories(t).root
    this.binDir = join(this.root, 'bin')
    this.shim = join(this.binDir, 'multus-shim')
    this.newerShim = join(this.root, 'newer-shim')
    mkdirSync(this.binDir)
    copyFileSync(built, this.newerShim)
    // Another file, which runs as well: what stands behind the program is not looked at.
    appendFileSync(this.newerShim, 'newer')
  }

  plait(...words: readonly string[]): SpawnSyncReturns<string> {
    const places = ['--cni-bin-dir', this.binDir, '--cni-conf-dir', join(this.root, 'net.d')]
    const [command = '', ...rest] = words
    return spawnSync(join(checkout, 'bin/plait'), [command, ...places, ...rest], {
      encoding: 'utf8',
      timeout: 30_000,
    })
  }

  /** Whether the kernel runs what is there. */
  get runs(): boolean {
    const { status, stdout } = spawnSync(this.shim, ['--version'], { encoding: 'utf8', timeout: 10_000 })
    return status === 0 && stdout.startsWith('multus-shim: version:')
  }
}

/** A daemon that never answers, so that a shim waits for it. */
async function silentDaemon(t: TestContext, path: string): Promise<{ connected: Promise<Socket> }> {
  const { promise, resolve } = Promise.withResolvers<Socket>()
  const server = createServer((socket) => resolve(socket.on('error', () => undefined)))
  await new Promise<void>((listening) => void server.listen(path, listening))
  t.after(() => void server.close())
  return { connected: promise }
}

describe('plait install', { skip, timeout: 120_000 }, () => {
  test('replaces a shim that runs, which goes on undisturbed', async (t) => {
    const node = new Node(t)
    assert.equal(node.plait('install').status, 0)
    const socket = join(node.root, 'multus.sock')
    const { connected } = await silentDaemon(t, socket)
    const config = { cniVersion: '1.0.0', name: 'm', type: 'multus-shim', daemonSocketDir: node.root }
    const running = runShim(node.shim, {
      env: { ...addEnvironment, PLAIT_SHIM_WAIT_SECONDS: '1' },
      stdin: JSON.stringify(config),
    })
    const held = await connected
    // What upstream's older installers did.
    assert.throws(() => writeFileSync(node.shim, 'x'), { code: 'ETXTBSY' })
    const { status, stdout } = node.plait('install', '--shim', node.newerShim)
    assert.equal(status, 0)
    assert.match(stdout, /^written {2}.*\/bin\/multus-shim$/m)
    assert.ok(node.runs)
    held.destroy()
    const ended = await running
    assert.equal(ended.signal, null)
    assert.match(ended.stdout, /"code": \d+/)
  })

  test('leaves a shim that runs wherever it is killed', (t) => {
    const node = new Node(t)
    assert.equal(node.plait('install').status, 0)
    const script = join(import.meta.dirname, 'crash-at-step.ts')
    const node24 = join(checkout, 'node_modules/.bin/node')
    for (let step = 0; ; step++) {
      copyFileSync(built, join(node.root, 'shim'))
      appendFileSync(join(node.root, 'shim'), `step ${step}`)
      const words = [script, node.root, join(node.root, 'shim'), String(step)]
      const { signal, status, stderr } = spawnSync(node24, words, { encoding: 'utf8', timeout: 30_000 })
      assert.ok(node.runs, `after a crash at step ${step}`)
      assert.equal(status ?? signal, signal ?? 0, stderr)
      if (signal === null) break
      assert.ok(step < 30)
    }
    assert.equal(node.plait('install').status, 0)
    assert.equal(node.plait('uninstall').status, 0)
    assert.deepEqual(readdirSync(node.binDir), [])
  })

  test('says in two lines what is wrong, and ends with 2', (t) => {
    const node = new Node(t)
    const { status, stderr } = node.plait('install', '--shim', '/nowhere/shim')
    assert.equal(status, 2)
    assert.match(
      stderr,
      /^plait: Cannot read the shim \/nowhere\/shim: ENOENT: .*\n {2}daemon\/install-failed: Run it as root/,
    )
  })

  test('links the bundled plugins when asked, and the link runs the shim', (t) => {
    const node = new Node(t)
    assert.equal(node.plait('install', '--link-plugins').status, 0)
    const names = readdirSync(node.binDir)
    for (const name of ['bridge', 'host-local', 'macvlan', 'multus', 'multus-shim'])
      assert.ok(names.includes(name))
    const { stdout } = spawnSync(join(node.binDir, 'macvlan'), ['--version'], { encoding: 'utf8' })
    assert.match(stdout, /^macvlan: version:/)
  })
})
