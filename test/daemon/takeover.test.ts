// SPDX-License-Identifier: Apache-2.0

// Two daemons for one node, one after the other: what becomes of the calls that come meanwhile.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { checkLeaks, linkNames, makeNamespace, runIn, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, skip as noShim } from '../shim/build-shim.ts'
import { installPlugin, macvlanNetwork, pathFor, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { runShim } from '../shim/run-shim.ts'
import type { ShimEnd } from '../shim/run-shim.ts'
import { startSuccessor } from './successor.ts'
import type { Successor } from './successor.ts'

checkLeaks()

const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''

async function untilLogged({ log }: Pick<Successor, 'log'>, text: string): Promise<void> {
  await waitFor(() => log().includes(text), { timeoutMs: 20_000, what: `"${text}" in the log` })
}

async function call(
  command: string,
  stdin: string,
  { path, id = 'c1' }: { path: string; id?: string },
): Promise<ShimEnd> {
  return runShim(shim, {
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: id,
      CNI_NETNS: path,
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/nowhere',
      CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=${id}`,
    },
    stdin,
  })
}

async function statusOf(socketPath: string, path: string): Promise<number | undefined> {
  const asking = request({ socketPath, path })
  asking.end()
  const [response] = await once(asking, 'response')
  response.resume()
  return response.statusCode
}

/** What a probe of the kubelet sees, asked by another program in the network of the node. */
function probe({ host }: RealDaemon, path: string): string {
  const program = `fetch('http://127.0.0.1:9091${path}').then(async (r) => console.log(r.status, await r.text()))`
  return runIn(host, process.execPath, '-e', program).trim()
}

// It says that it runs, and ends when it is told to.
const waitingPlugin = [
  '[ "$CNI_COMMAND" = ADD ] || exit 0',
  '>"$0.started"',
  'tries=0',
  'while [ ! -e "$0.go" ] && [ $tries -lt 2000 ]; do sleep 0.02; tries=$((tries + 1)); done',
  'cat >/dev/null',
  `echo '{"cniVersion":"1.0.0","interfaces":[{"name":"x","sandbox":"/x"}]}'`,
].join('\n')

describe('a daemon that starts while another one', { skip: noShim || noNamespaces }, () => {
  test('ends has the socket at once, and the other one finishes what it runs', async (t) => {
    const first = await startDaemon(t)
    installPlugin(first.directory, 'waiting', waitingPlugin)
    const slow = first.config([{ cniVersion: '1.0.0', name: 'slow', type: 'waiting' }])
    const quick = first.config([macvlanNetwork(first.directory)])
    const [slowPod, quickPod] = [makeNamespace(t), makeNamespace(t)]
    const running = call('ADD', slow, { path: pathFor(slowPod) })
    const isStarted = (): boolean => existsSync(join(first.directory, 'bin/waiting.started'))
    await waitFor(isStarted, { timeoutMs: 10_000, what: 'the plugin' })
    const second = startSuccessor(t, first)
    await untilLogged(second, 'another daemon has the socket: waiting for its end')
    const firstEnded = once(first.process, 'exit')
    first.process.kill('SIGTERM')
    await untilLogged(second, 'daemon listens')
    assert.equal((await call('ADD', quick, { path: pathFor(quickPod), id: 'c2' })).status, 0)
    assert.deepEqual(linkNames(quickPod), ['lo', 'eth0'])
    assert.equal(first.process.exitCode, null, 'the first one still runs its ADD')
    writeFileSync(join(first.directory, 'bin/waiting.go'), '')
    assert.equal((await running).status, 0)
    assert.deepEqual(await firstEnded, [0, null])
    assert.equal(await statusOf(first.socketPath, '/readyz'), 200)
    assert.deepEqual(readdirSync(join(first.directory, 'run')), ['multus.sock'])
  })

  test('is killed has the socket at once', async (t) => {
    const first = await startDaemon(t)
    const second = startSuccessor(t, first)
    await untilLogged(second, 'another daemon has the socket: waiting for its end')
    first.process.kill('SIGKILL')
    await untilLogged(second, 'daemon listens')
    assert.equal(await statusOf(first.socketPath, '/readyz'), 200)
  })

  test('lives answers probes on its port all the while', async (t) => {
    const first = await startDaemon(t)
    runIn(first.host, 'ip', 'link', 'set', 'lo', 'up')
    const second = startSuccessor(t, first, { metricsPort: 9091, metricsAddress: '127.0.0.1' })
    await untilLogged(second, 'metrics and probes are answered')
    await untilLogged(second, 'another daemon has the socket: waiting for its end')
    const seen = (): string[] => [probe(first, '/healthz'), probe(first, '/readyz')]
    assert.deepEqual(seen(), ['200', '500 socket: the daemon does not listen there yet'])
    assert.match(probe(first, '/metrics'), /^200 [^]*plait_requests_in_flight\{state="running"\} 0$/m)
    first.process.kill('SIGTERM')
    await untilLogged(second, 'daemon listens')
    assert.deepEqual(seen(), ['200', '200'])
  })

  test('lives leaves it alone, and ends at once when it is told to', async (t) => {
    const first = await startDaemon(t)
    const second = startSuccessor(t, first)
    await untilLogged(second, `the daemon with process id ${first.process.pid}`)
    const ended = once(second.process, 'exit')
    second.process.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    assert.equal(await statusOf(first.socketPath, '/readyz'), 200)
  })
})

describe('daemons that follow one another while pods come and go', { skip: noShim || noNamespaces }, () => {
  test('lose no request', async (t) => {
    const first = await startDaemon(t)
    const stdin = first.config([macvlanNetwork(first.directory)])
    const enough = new AbortController()
    let rounds = 0
    const failures: string[] = []
    const comeAndGo = async (id: string): Promise<void> => {
      const pod = makeNamespace(t)
      while (!enough.signal.aborted) {
        for (const command of ['ADD', 'DEL']) {
          const { status, stdout } = await call(command, stdin, { path: pathFor(pod), id })
          if (status !== 0) failures.push(`${command} ${id}: ${stdout}`)
        }
        assert.deepEqual(linkNames(pod), ['lo'])
        rounds++
      }
    }
    const pods = Array.from({ length: 8 }, (_, index) => comeAndGo(`pod${index}`))
    let current: Successor = first
    for (let turn = 0; turn < 4; turn++) {
      const next = startSuccessor(t, first)
      await untilLogged(next, 'waiting for its end')
      const before = rounds
      const ended = once(current.process, 'exit')
      current.process.kill('SIGTERM')
      assert.deepEqual(await ended, [0, null])
      await waitFor(() => rounds > before + 16, { timeoutMs: 20_000, what: 'pods to come and go' })
      current = next
    }
    enough.abort()
    await Promise.all(pods)
    assert.deepEqual(failures, [])
    const reserved = readdirSync(join(first.directory, 'ipam/lan')).filter((name) => /^\d/.test(name))
    assert.deepEqual(reserved, [])
  })
})
