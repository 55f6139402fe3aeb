// SPDX-License-Identifier: Apache-2.0

// Who may speak to the daemon, where its socket may lie, and what no caller can have run.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { checkLeaks, linkNames, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { root } from '../shim/build-shim.ts'
import { pathFor, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { httpCall, sendBytes, shimCall } from './socket-calls.ts'
import type { CallParts } from './socket-calls.ts'

checkLeaks()

const nobody = 65_534
const notRoot = process.geteuid?.() === 0 ? false : 'only root can become another user'

/** What a caller of this user gets from the socket; the witness is curl. */
function askAs(
  user: number,
  socketPath: string,
): { readonly status: number | null; readonly stdout: string } {
  const words = ['--silent', '--max-time', '5', '--write-out', '%{http_code}', '--unix-socket', socketPath]
  const { status, stdout } = spawnSync('curl', [...words, 'http://dummy/healthz'], {
    uid: user,
    gid: user,
    encoding: 'utf8',
    timeout: 10_000,
  })
  return { status, stdout }
}

describe('the socket of a daemon', { skip: noNamespaces || notRoot }, () => {
  test('is not for other users, even when somebody has opened its directory and its file to all', async (t) => {
    const daemon = await startDaemon(t)
    const couldNotConnect = { status: 7, stdout: '000' }
    assert.deepEqual(askAs(nobody, daemon.socketPath), couldNotConnect)
    for (const [path, mode] of [
      [daemon.directory, 0o755],
      [join(daemon.directory, 'run'), 0o755],
      [daemon.socketPath, 0o666],
    ] as const) {
      chmodSync(path, mode)
    }
    const nothingCame = [52, 56]
    const { status, stdout } = askAs(nobody, daemon.socketPath)
    assert.equal(stdout, '000')
    assert.ok(nothingCame.includes(status ?? 0), `curl ended with ${status}`)
    const isLogged = (): boolean => daemon.log().includes('connection refused: it is not from root')
    await waitFor(isLogged, { timeoutMs: 5000, what: 'the log line' })
    assert.deepEqual(askAs(0, daemon.socketPath), { status: 0, stdout: '200' })
  })
})

describe('plait daemon', { skip: notRoot }, () => {
  function prepare(t: TestContext): { readonly directory: string; readonly socketDir: string } {
    const directory = mkdtempSync(join(tmpdir(), 'plait-callers-'))
    t.after(() => rmSync(directory, { recursive: true }))
    mkdirSync(join(directory, 'real'), { mode: 0o755 })
    return { directory, socketDir: join(directory, 'run') }
  }

  const unsafe: readonly (readonly [string, (real: string, socketDir: string) => void, string])[] = [
    [
      'a symbolic link to a directory where all may write',
      (real, socketDir) => {
        chmodSync(real, 0o777)
        symlinkSync(real, socketDir)
      },
      'the mode of where it leads is 777, so that others may write there',
    ],
    [
      'a symbolic link to a directory of another user',
      (real, socketDir) => {
        chownSync(real, nobody, nobody)
        symlinkSync(real, socketDir)
      },
      `where it leads belongs to user ${nobody}`,
    ],
    [
      'a directory of another user',
      (_real, socketDir) => {
        mkdirSync(socketDir)
        chownSync(socketDir, nobody, nobody)
      },
      `it belongs to user ${nobody}`,
    ],
    [
      'a directory where a group may write',
      (_real, socketDir) => {
        mkdirSync(socketDir)
        chmodSync(socketDir, 0o770)
      },
      'its mode is 770, so that others may write there',
    ],
  ]
  for (const [what, make, problem] of unsafe) {
    test(`does not start with its socket in ${what}`, (t) => {
      const { directory, socketDir } = prepare(t)
      make(join(directory, 'real'), socketDir)
      const file = join(directory, 'daemon-config.json')
      writeFileSync(file, JSON.stringify({ socketDir, logToStderr: false }))
      const { status, stderr } = spawnSync(join(root, 'bin/plait'), ['daemon', '-config', file], {
        encoding: 'utf8',
        timeout: 30_000,
      })
      const remedy = 'choose another "socketDir" or give it to root with mode 0700'
      assert.equal(stderr, `Cannot put the socket into ${socketDir}: ${problem}; ${remedy}\n`)
      assert.equal(status, 3)
      assert.deepEqual(readdirSync(socketDir), [])
    })
  }
})

/** A node with a program that leaves a mark when it is run, in the plugin directory and beside it. */
async function startWithProgram(t: TestContext): Promise<{
  readonly daemon: RealDaemon
  readonly hasRun: () => boolean
}> {
  const daemon = await startDaemon(t)
  const mark = join(daemon.directory, 'mark')
  const program = `#!/bin/sh\n>${mark}\necho '{"cniVersion":"1.0.0"}'\n`
  for (const place of ['evil', 'bin/evil.real']) {
    writeFileSync(join(daemon.directory, place), program, { mode: 0o755 })
  }
  return { daemon, hasRun: () => existsSync(mark) }
}

/** One call with a network, in each form in which a type can be named. */
function requestsFor(
  daemon: RealDaemon,
  network: { readonly cniVersion: string; readonly name: string; readonly type: string },
  environment: Readonly<Record<string, string>>,
): Buffer[] {
  const call = (config: object | string): CallParts => {
    return { environment, stdin: typeof config === 'string' ? config : JSON.stringify(config) }
  }
  const ipam = { type: network.type }
  const bundled = { cniVersion: '1.0.0', name: 'lan', type: 'macvlan', master: 'card', ipam }
  return [
    shimCall(call(daemon.config([network]))),
    shimCall(call(daemon.config([bundled]))),
    shimCall(call(network), network.type),
    shimCall(call(bundled), 'macvlan'),
    httpCall('/cni', call(daemon.config([network]))),
    httpCall('/delegate', call(network)),
    httpCall('/delegate', call({ cniVersion: '1.0.0', name: 'lan', plugins: [network] })),
  ]
}

function environmentFor({ directory }: RealDaemon, container: Namespace, command: string) {
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: pathFor(container),
    CNI_IFNAME: 'net1',
    CNI_PATH: join(directory, 'bin'),
    CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
  }
}

const patience = { halfCloseMs: 10_000, timeoutMs: 10_000 }

describe('a plugin type', { skip: noNamespaces }, () => {
  const paths = ['../evil', 'bin/../../evil', '/ABSOLUTE/evil', './evil', '..', '.', 'evil\0', 'a\\b/evil']
  for (const path of paths) {
    test(`never runs when it is a path: ${JSON.stringify(path)}`, async (t) => {
      const { daemon, hasRun } = await startWithProgram(t)
      const container = makeNamespace(t)
      const type = path.replace('/ABSOLUTE', daemon.directory)
      for (const command of ['ADD', 'CHECK', 'STATUS', 'DEL', 'GC']) {
        const environment = environmentFor(daemon, container, command)
        for (const bytes of requestsFor(daemon, { cniVersion: '1.0.0', name: 'lan', type }, environment)) {
          await sendBytes(daemon.socketPath, bytes, patience)
        }
      }
      assert.equal(hasRun(), false, daemon.log())
      assert.deepEqual(linkNames(container), ['lo'])
    })
  }

  test('runs when it is the name of a file in the plugin directory, so that the others prove something', async (t) => {
    const { daemon, hasRun } = await startWithProgram(t)
    const stdin = daemon.config([{ cniVersion: '1.0.0', name: 'lan', type: 'evil.real' }])
    const environment = environmentFor(daemon, makeNamespace(t), 'ADD')
    await sendBytes(daemon.socketPath, httpCall('/cni', { environment, stdin }), patience)
    assert.equal(hasRun(), true)
  })
})
