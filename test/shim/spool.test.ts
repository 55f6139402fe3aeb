// SPDX-License-Identifier: Apache-2.0

// DELs that find no daemon: the shim keeps them. The witness is the file system.

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { decodeSpooled } from '../../src/daemon/spool/spool-entry.ts'
import { buildShims, skip } from './build-shim.ts'
import { addEnvironment, runShim } from './run-shim.ts'
import type { ShimEnd, ShimRun } from './run-shim.ts'
import { accepted, listen, playDaemon, socketDirectory } from './scripted-daemon.ts'

interface Spooling {
  readonly directory: string
  /** Not made yet. */
  readonly spool: string
  readonly stdin: string
  readonly del: (variables?: Readonly<Record<string, string>>, run?: ShimRun) => Promise<ShimEnd>
}

function spooling(t: TestContext, shim: string): Spooling {
  const directory = socketDirectory(t)
  const spool = join(directory, 'plait/spool')
  const stdin = JSON.stringify({ cniVersion: '1.1.0', name: 'n', daemonSocketDir: directory })
  const env = {
    ...addEnvironment,
    CNI_COMMAND: 'DEL',
    PLAIT_SHIM_SPOOL_DIR: spool,
    PLAIT_SHIM_WAIT_SECONDS: '0',
  }
  const del: Spooling['del'] = async (variables, run) =>
    runShim(shim, { stdin, ...run, env: { ...env, ...variables } })
  return { directory, spool, stdin, del }
}

const nothing = { status: 0, stdout: '', stderr: '' }

function withoutTime({ status, stdout, stderr }: ShimEnd): typeof nothing & { status: number | null } {
  return { status: status ?? -1, stdout, stderr }
}

for (const shim of buildShims()) {
  describe(`${shim.name} keeps a DEL that no daemon takes`, { skip }, () => {
    test('as the frame that it would have sent, where only root can read it', async (t) => {
      const { spool, stdin, del } = spooling(t, shim.path)
      assert.deepEqual(withoutTime(await del()), nothing)
      const [name = '', ...others] = readdirSync(spool)
      assert.deepEqual([others, lstatSync(spool).mode & 0o7777], [[], 0o700])
      assert.match(name, /^c1-[0-9a-f]{16}\.del$/)
      assert.equal(lstatSync(join(spool, name)).mode & 0o7777, 0o600)
      assert.deepEqual(decodeSpooled(readFileSync(join(spool, name))), {
        program: 'multus-shim',
        environment: { ...addEnvironment, CNI_COMMAND: 'DEL' },
        stdin: Buffer.from(stdin),
      })
    })

    test('once for each program, container and interface', async (t) => {
      const { spool, del } = spooling(t, shim.path)
      await del()
      await del({ CNI_ARGS: 'again' })
      assert.equal(readdirSync(spool).length, 1)
      await del({ CNI_CONTAINERID: 'c2' })
      await del({ CNI_IFNAME: 'eth1' })
      await del({}, { argv0: 'macvlan' })
      await del({ CNI_CONTAINERID: 'c1e', CNI_IFNAME: 'th0' })
      assert.equal(readdirSync(spool).length, 5)
    })

    test('when the daemon dies before it answers', async (t) => {
      const { directory, spool, del } = spooling(t, shim.path)
      await playDaemon(t, directory, (socket) =>
        listen(
          socket,
          () => socket.write(accepted),
          () => socket.destroy(),
        ),
      )
      assert.deepEqual(withoutTime(await del({ PLAIT_SHIM_WAIT_SECONDS: '5' })), nothing)
      assert.equal(readdirSync(spool).length, 1)
    })

    test('with the longest names that there are', async (t) => {
      const { spool, del } = spooling(t, shim.path)
      const end = await del(
        { CNI_CONTAINERID: 'c'.repeat(255), CNI_IFNAME: 'i'.repeat(15) },
        { argv0: 'p'.repeat(255) },
      )
      assert.deepEqual(withoutTime(end), nothing)
      assert.equal(readdirSync(spool)[0]?.length, 64 + 1 + 16 + 4)
    })

    test('and nothing else: other commands fail', async (t) => {
      const { spool, del } = spooling(t, shim.path)
      for (const CNI_COMMAND of ['ADD', 'CHECK', 'GC', 'STATUS']) {
        assert.equal((await del({ CNI_COMMAND })).status, 1)
      }
      assert.ok(!existsSync(spool))
    })

    const unusable: readonly (readonly [string, (spool: string) => void, RegExp])[] = [
      [
        'others may write to it',
        (spool) => {
          mkdirSync(spool, { recursive: true })
          chmodSync(spool, 0o777)
        },
        /others than root may write there/,
      ],
      [
        'it is a link',
        (spool) => {
          mkdirSync(join(spool, '..'))
          symlinkSync('/tmp', spool)
        },
        /Not a directory|Too many levels/,
      ],
      [
        'it is a file',
        (spool) => {
          mkdirSync(join(spool, '..'))
          writeFileSync(spool, '')
        },
        /Not a directory/,
      ],
      [
        'it holds 4096 files',
        (spool) => {
          mkdirSync(spool, { recursive: true, mode: 0o700 })
          for (let index = 0; index < 4096; index++) writeFileSync(join(spool, `x${index}`), '')
        },
        /it is full: at most 4096 files and 67108864 bytes are kept/,
      ],
      [
        'it holds 64 MiB',
        (spool) => {
          mkdirSync(spool, { recursive: true, mode: 0o700 })
          writeFileSync(join(spool, 'large'), '')
          truncateSync(join(spool, 'large'), 64 << 20)
        },
        /it is full/,
      ],
    ]
    for (const [what, prepare, problem] of unusable) {
      test(`unless the directory cannot be used because ${what}; then the code is 11`, async (t) => {
        const { spool, del } = spooling(t, shim.path)
        prepare(spool)
        const before = existsSync(spool) && lstatSync(spool).isDirectory() ? readdirSync(spool).length : 0
        const { status, stdout, stderr } = await del()
        const { code, msg } = JSON.parse(stdout)
        assert.deepEqual([status, stderr, code], [1, '', 11])
        assert.match(
          msg,
          /^Cannot start DEL: the plait daemon at .*: No such file or directory; nor keep it in .*; look whether/,
        )
        assert.match(msg, problem)
        if (lstatSync(spool).isDirectory()) assert.equal(readdirSync(spool).length, before)
      })
    }

    test('and replaces one of the same attachment even when it is full', async (t) => {
      const { spool, del } = spooling(t, shim.path)
      await del()
      for (let index = 0; index < 4095; index++) writeFileSync(join(spool, `x${index}`), '')
      assert.equal((await del()).status, 0)
      assert.equal((await del({ CNI_CONTAINERID: 'c2' })).status, 1)
    })
  })
}
