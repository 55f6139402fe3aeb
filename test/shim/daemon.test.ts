// SPDX-License-Identifier: Apache-2.0

// The shim and the daemon together, each as it is shipped, on a node in a network namespace.

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { linkNames, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, skip as noShim } from './build-shim.ts'
import { addressesOf, callShim, stop } from './call-shim.ts'
import type { Call } from './call-shim.ts'
import { installPlugin, macvlanNetwork, startDaemon } from './real-daemon.ts'
import type { RealDaemon } from './real-daemon.ts'
import type { ShimEnd } from './run-shim.ts'

const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''

const call = async (given: Omit<Call, 'path'> & Partial<Pick<Call, 'path'>>): Promise<ShimEnd> =>
  callShim({ path: shim, ...given })

const upstreamShim = join(process.env.PLAIT_PEERS ?? '/nowhere', 'bin/multus-shim')
const noUpstream = existsSync(upstreamShim) ? false : "upstream's shim is not built (PLAIT_PEERS)"

/** A network whose second plugin hangs, so that an ADD is caught in the middle. It writes its process id first. */
function hangingNetwork(daemon: RealDaemon): object {
  installPlugin(
    daemon.directory,
    'hang',
    'if [ "$CNI_COMMAND" = ADD ]; then echo $$ >"$0.new"; mv "$0.new" "$0.pid"; exec sleep 30; fi',
  )
  return { cniVersion: '1.0.0', name: 'lan', plugins: [macvlanNetwork(daemon.directory), { type: 'hang' }] }
}

/** A plugin outlives a daemon that is killed. */
function endPlugin(daemon: RealDaemon): void {
  const pid = Number(readFileSync(join(daemon.directory, 'bin/hang.pid'), 'utf8'))
  if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
}

async function startHangingAdd(t: TestContext): Promise<{
  readonly daemon: RealDaemon
  readonly container: Namespace
  readonly ended: Promise<ShimEnd>
  readonly child: ChildProcess
}> {
  const daemon = await startDaemon(t)
  const container = makeNamespace(t)
  const children: ChildProcess[] = []
  const stdin = daemon.config([hangingNetwork(daemon)])
  const ended = call({ command: 'ADD', container, stdin, onStart: (child) => children.push(child) })
  const isStarted = (): boolean => existsSync(join(daemon.directory, 'bin/hang.pid'))
  await waitFor(isStarted, { timeoutMs: 10_000, what: 'the plugin' })
  assert.deepEqual(linkNames(container), ['lo', 'eth0'])
  const [child] = children
  assert.ok(child)
  return { daemon, container, ended, child }
}

const isEmpty = (directory: string): boolean =>
  !existsSync(directory) || readdirSync(directory).every((name) => !/^\d/.test(name))

describe('shim and daemon', { skip: noShim || noNamespaces }, () => {
  test('attach a pod, and take it away again, twice', async (t) => {
    const daemon = await startDaemon(t)
    const container = makeNamespace(t)
    const stdin = daemon.config([macvlanNetwork(daemon.directory)])
    const added = await call({ command: 'ADD', container, stdin })
    assert.equal(added.status, 0, added.stdout)
    assert.equal(JSON.parse(added.stdout).ips[0].address, '10.1.0.2/24')
    assert.deepEqual(addressesOf(container), ['10.1.0.2'])
    for (const _turn of [1, 2]) {
      const { status, stdout, stderr } = await call({ command: 'DEL', container, stdin })
      assert.deepEqual([status, stdout, stderr], [0, '', ''])
    }
    assert.deepEqual(linkNames(container), ['lo'])
    assert.ok(isEmpty(join(daemon.directory, 'ipam/lan')))
  })

  test('answer in the version of the runtime, whatever the file of the daemon says', async (t) => {
    const daemon = await startDaemon(t, { cniVersion: '1.1.0', name: 'other', type: 'other' })
    const container = makeNamespace(t)
    const stdin = daemon.config([macvlanNetwork(daemon.directory)], { cniVersion: '0.3.1' })
    const { stdout } = await call({ command: 'ADD', container, stdin })
    assert.equal(JSON.parse(stdout).cniVersion, '0.3.1')
  })

  test('lay the file of the daemon over the configuration of a request', async (t) => {
    const daemon = await startDaemon(t, { delegates: [{ cniVersion: '1.0.0', name: 'x', type: 'nothing' }] })
    const stdin = daemon.config([macvlanNetwork(daemon.directory)])
    const { status, stdout } = await call({ command: 'ADD', container: makeNamespace(t), stdin })
    assert.equal(status, 1)
    assert.match(stdout, /nothing/)
  })

  test('run the bundled plugin whose name the shim has', async (t) => {
    const daemon = await startDaemon(t)
    const container = makeNamespace(t)
    const daemonSocketDir = join(daemon.directory, 'run')
    const run = {
      container,
      argv0: 'macvlan',
      stdin: JSON.stringify({ ...macvlanNetwork(daemon.directory), daemonSocketDir }),
    }
    const { status, stdout } = await call({ command: 'ADD', ...run })
    assert.equal(status, 0, stdout)
    assert.match(stdout, /^\{\n {4}"cniVersion": "1\.0\.0",\n {4}"interfaces": \[/)
    assert.deepEqual(addressesOf(container), ['10.1.0.2'])
    assert.equal((await call({ command: 'DEL', ...run })).status, 0)
    assert.deepEqual(linkNames(container), ['lo'])
  })

  test('refuse a name that is no bundled plugin', async (t) => {
    const daemon = await startDaemon(t)
    const { stdout } = await call({
      command: 'ADD',
      container: makeNamespace(t),
      argv0: 'calico',
      stdin: daemon.config([]),
    })
    const { code, msg } = JSON.parse(stdout)
    assert.equal(code, 4)
    assert.match(
      msg,
      /^Cannot run "calico": the shim was started under a name that is no bundled plugin \(bridge, .*\)/,
    )
  })

  const bad: readonly (readonly [string, (daemon: RealDaemon) => string, number, RegExp])[] = [
    [
      'a value that is no JSON',
      (daemon) => daemon.config([]).replace('[]', 'nope'),
      6,
      /^error unmarshall network config: /,
    ],
    ['no delegates', (daemon) => daemon.config([]), 999, /at least one delegate/],
    [
      'a delegate of a type that is not there',
      (daemon) => daemon.config([{ cniVersion: '1.0.0', name: 'x', type: 'missing' }]),
      999,
      /failed to find plugin "missing" in path/,
    ],
    [
      'a delegate whose type is a path',
      (daemon) => daemon.config([{ cniVersion: '1.0.0', name: 'x', type: '../../bin/sh' }]),
      999,
      /invalid plugin name|plugin/,
    ],
    [
      'a master that is not there',
      (daemon) => daemon.config([{ ...macvlanNetwork(daemon.directory), master: 'none' }]),
      999,
      /none/,
    ],
  ]
  for (const [what, stdin, code, text] of bad) {
    test(`answer ${what} with one CNI error, and leave nothing`, async (t) => {
      const daemon = await startDaemon(t)
      const container = makeNamespace(t)
      const end = await call({ command: 'ADD', container, stdin: stdin(daemon) })
      const error = JSON.parse(end.stdout)
      assert.deepEqual([end.status, end.stderr, error.code], [1, '', code], end.stdout)
      assert.match(error.msg, text)
      assert.ok(!error.msg.includes('\n'))
      assert.deepEqual(linkNames(container), ['lo'])
      assert.ok(isEmpty(join(daemon.directory, 'ipam/lan')))
    })
  }

  test('undo an ADD whose shim the runtime kills', async (t) => {
    const { daemon, container, ended, child } = await startHangingAdd(t)
    child.kill('SIGKILL')
    assert.equal((await ended).signal, 'SIGKILL')
    const isUndone = (): boolean => linkNames(container).length === 1
    await waitFor(isUndone, { timeoutMs: 10_000, what: 'the interface to go' })
    await waitFor(() => daemon.log().includes('daemon/caller-gone'), {
      timeoutMs: 10_000,
      what: 'the log line',
    })
    assert.ok(isEmpty(join(daemon.directory, 'ipam/lan')))
  })

  test('say that the daemon died in the middle of an ADD', async (t) => {
    const { daemon, ended } = await startHangingAdd(t)
    await stop(daemon, 'SIGKILL')
    endPlugin(daemon)
    const { status, stdout } = await ended
    assert.equal(status, 1)
    assert.deepEqual(JSON.parse(stdout), {
      code: 11,
      msg: `Cannot finish ADD: the plait daemon at ${daemon.socketPath}: it closed the connection before it answered; look at its log; then try again`,
    })
  })

  test('have a daemon that stops undo the ADD that does not end, and tell the shim to try again', async (t) => {
    const { daemon, container, ended } = await startHangingAdd(t)
    assert.equal(await stop(daemon, 'SIGTERM'), 0)
    const { stdout } = await ended
    assert.equal(JSON.parse(stdout).code, 11)
    assert.deepEqual(linkNames(container), ['lo'])
    assert.ok(!existsSync(daemon.socketPath))
  })

  test('have a daemon that does nothing stop at once, with exit code 0 and without its socket', async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const daemon = await startDaemon(t)
      const startedMs = performance.now()
      assert.equal(await stop(daemon, signal), 0)
      assert.ok(performance.now() - startedMs < 3000)
      assert.deepEqual(readdirSync(join(daemon.directory, 'run')), [])
    }
  })

  test('attach 50 pods at once, each with an address of its own', async (t) => {
    const daemon = await startDaemon(t, { connectionLimit: 8 })
    const stdin = daemon.config([macvlanNetwork(daemon.directory)])
    const containers = Array.from({ length: 50 }, () => makeNamespace(t))
    const added = await Promise.all(
      containers.map((container, index) => call({ command: 'ADD', container, id: `c${index}`, stdin })),
    )
    const failed = added.filter(({ status }) => status !== 0).map(({ stdout }) => stdout)
    assert.deepEqual(failed, [])
    assert.equal(new Set(containers.flatMap(addressesOf)).size, 50)
    const removed = await Promise.all(
      containers.map((container, index) => call({ command: 'DEL', container, id: `c${index}`, stdin })),
    )
    assert.ok(removed.every(({ status }) => status === 0))
    assert.ok(containers.every((container) => linkNames(container).length === 1))
    assert.ok(isEmpty(join(daemon.directory, 'ipam/lan')))
  })

  test("answer upstream's shim in its own protocol", { skip: noUpstream }, async (t) => {
    const daemon = await startDaemon(t)
    const container = makeNamespace(t)
    const run = { container, path: upstreamShim, stdin: daemon.config([macvlanNetwork(daemon.directory)]) }
    const added = await call({ command: 'ADD', ...run })
    assert.equal(added.status, 0, added.stdout)
    assert.equal(JSON.parse(added.stdout).ips[0].address, '10.1.0.2/24')
    assert.deepEqual(addressesOf(container), ['10.1.0.2'])
    const failed = await call({ command: 'ADD', ...run })
    assert.match(
      JSON.parse(failed.stdout).msg,
      /^CmdAdd \(shim\): CNI request failed with status 400: .*ERRORED: error configuring pod/,
    )
    assert.equal((await call({ command: 'DEL', ...run })).status, 0)
    assert.deepEqual(linkNames(container), ['lo'])
  })

  test('write no bytes of the configuration into the log', async (t) => {
    const daemon = await startDaemon(t)
    const stdin = daemon.config([macvlanNetwork(daemon.directory)], { secret: 'tell-nobody' })
    await call({ command: 'ADD', container: makeNamespace(t), stdin })
    await waitFor(() => daemon.log().includes('request done'), { timeoutMs: 10_000, what: 'the log line' })
    assert.ok(!daemon.log().includes('tell-nobody'))
    for (const line of daemon.log().trim().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line)
  })
})
