// SPDX-License-Identifier: Apache-2.0

// The shim for the other processor that Kubernetes nodes have, in an emulator.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { decodeShimRequest } from '../../src/daemon/index.ts'
import { decodeSpooled } from '../../src/daemon/spool/spool-entry.ts'
import { make, root } from './build-shim.ts'
import { playSession, program } from './play-session.ts'
import { addEnvironment, runShim } from './run-shim.ts'
import { accepted, listen, playDaemon, reply, socketDirectory } from './scripted-daemon.ts'

const compiler = 'aarch64-linux-gnu-gcc'
const emulator = 'qemu-aarch64-static'
const shim = join(root, 'build/arm64/multus-shim')

const missing = [compiler, emulator].filter((name) => spawnSync(name, ['--version']).error !== undefined)
const skip = missing.length > 0 ? `${missing.join(' and ')} missing` : false

describe('multus-shim for arm64', { skip }, () => {
  const run = { args: [shim], argv0: emulator }
  let path = ''

  before(() => {
    assert.equal(make('all', compiler, `OUT=${shim}`), undefined)
    path = spawnSync('/bin/sh', ['-c', `command -v ${emulator}`], { encoding: 'utf8' }).stdout.trim()
  })

  test('is a static program for that processor', () => {
    const elf = readFileSync(shim)
    assert.equal(elf.subarray(0, 4).toString('latin1'), '\u007fELF')
    assert.equal(elf.readUInt16LE(18), 183, 'EM_AARCH64 of elf.h')
    const [offset, size, count] = [
      Number(elf.readBigUInt64LE(32)),
      elf.readUInt16LE(54),
      elf.readUInt16LE(56),
    ]
    const types = Array.from({ length: count }, (_, index) => elf.readUInt32LE(offset + index * size))
    const segments = new Set(types)
    assert.ok(segments.has(1) && !segments.has(3), 'PT_LOAD and no PT_INTERP: no dynamic linker')
  })

  test('answers VERSION', async () => {
    const { status, stdout } = await runShim(path, { ...run, env: { CNI_COMMAND: 'VERSION' } })
    assert.equal(status, 0)
    assert.equal(JSON.parse(stdout).cniVersion, '1.1.0')
  })

  test('relays an ADD', async (t) => {
    const directory = socketDirectory(t)
    await playDaemon(t, directory, (socket) =>
      listen(
        socket,
        () => socket.write(accepted),
        ({ payload }) => socket.end(reply(0, decodeShimRequest(payload).stdin.toString())),
      ),
    )
    const stdin = JSON.stringify({ name: 'n', daemonSocketDir: directory, x: 'y'.repeat(300_000) })
    const { status, stdout } = await runShim(path, { ...run, env: addEnvironment, stdin })
    assert.deepEqual([status, stdout], [0, stdin])
  })

  test('runs programs on its host, and ends one at its deadline', async (t) => {
    const session = await playSession(t, path, { PATH: '/bin:/usr/bin' }, [shim])
    const file = session.install('calico', 'cat; exit 3')
    assert.deepEqual(await session.host.find('calico'), [session.bin])
    const outcome = await session.host.run(program(file, { input: 'hello' }))
    assert.deepEqual(outcome, { stdout: 'hello', stderr: '', failure: 'exit status 3' })
    const slow = program(session.install('slow', 'exec sleep 60'), { limits: { timeoutMs: 200 } })
    assert.equal((await session.host.run(slow)).killed, 'deadline')
    assert.equal((await session.finish()).stdout, 'done')
  })

  test('keeps a DEL that no daemon takes, under the name that any shim gives it', async (t) => {
    const directory = socketDirectory(t)
    const spool = join(directory, 'spool')
    const stdin = JSON.stringify({ name: 'n', daemonSocketDir: directory })
    const environment = { ...addEnvironment, CNI_COMMAND: 'DEL' }
    const env = { ...environment, PLAIT_SHIM_SPOOL_DIR: spool, PLAIT_SHIM_WAIT_SECONDS: '0' }
    assert.equal((await runShim(path, { ...run, env, stdin })).status, 0)
    const [name = ''] = readdirSync(spool)
    const expected = { program: 'multus-shim', environment, stdin: Buffer.from(stdin) }
    assert.deepEqual(decodeSpooled(readFileSync(join(spool, name))), expected)
    const native = join(root, 'build/multus-shim')
    assert.equal(make('all'), undefined)
    await runShim(native, { env, stdin })
    assert.deepEqual(readdirSync(spool), [name])
  })
})
