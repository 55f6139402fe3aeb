// SPDX-License-Identifier: Apache-2.0

// What a daemon tells of itself: metrics, log lines and files, traces.

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { httpCall, sendBytes } from '../bad-input/socket-calls.ts'
import { checkLeaks, makeNamespace, runIn, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, skip as noShim } from '../shim/build-shim.ts'
import { installPlugin, macvlanNetwork, pathFor, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { addEnvironment, runShim } from '../shim/run-shim.ts'

checkLeaks()

const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''

/** Calls Multus through the shim for one pod; the whole configuration of its networks. */
async function call(
  daemon: RealDaemon,
  {
    command = 'ADD',
    id,
    netns,
    networks,
  }: { command?: string; id: string; netns: string; networks: readonly object[] },
): Promise<number | null> {
  const env = { ...addEnvironment, CNI_COMMAND: command, CNI_CONTAINERID: id, CNI_NETNS: netns }
  return (await runShim(shim, { env, stdin: daemon.config(networks) })).status
}

const network = (type: string): object => ({ cniVersion: '1.0.0', name: 'net', type })
const result = `echo '{"cniVersion":"1.0.0","interfaces":[{"name":"x","sandbox":"/x"}]}'`

/** Metrics by their lines, read by another program in the network of the node. */
function scrape({ host }: RealDaemon): ReadonlyMap<string, number> {
  const program = `fetch('http://127.0.0.1:9091/metrics').then((r) => r.text()).then((t) => process.stdout.write(t))`
  const lines = runIn(host, process.execPath, '-e', program).trimEnd().split('\n')
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [, series = '', value = ''] =
          /^([a-z_]+(?:\{(?:[a-z]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)$/.exec(line) ?? []
        assert.notEqual(series, '', `no line of the text format: ${line}`)
        return [series, Number(value)]
      }),
  )
}

async function startScraped(t: TestContext, settings: object = {}): Promise<RealDaemon> {
  const host = makeNamespace(t)
  runIn(host, 'ip', 'link', 'set', 'lo', 'up')
  return startDaemon(t, { metricsPort: 9091, metricsAddress: '127.0.0.1', ...settings }, { host })
}

/** Asks over HTTP on the socket, and waits for the answer. */
async function ask({ socketPath }: RealDaemon, bytes: Buffer | string): Promise<string> {
  const patience = { halfCloseMs: 20_000, timeoutMs: 30_000 }
  return (await sendBytes(socketPath, Buffer.from(bytes), patience)).answer.toString()
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

/** The lines of a daemon's log that have this message. */
function linesOf(text: string, message: string): readonly Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ msg }) => msg === message)
}

describe('metrics', { skip: noShim || noNamespaces }, () => {
  test('count exactly what was done', async (t) => {
    const daemon = await startScraped(t)
    installPlugin(daemon.directory, 'ovs', `cat >/dev/null\n${result}`)
    installPlugin(daemon.directory, 'broken', `echo '{"code":11,"msg":"no port"}'; exit 1`)
    const lan = [macvlanNetwork(daemon.directory)]
    const pods = ['c1', 'c2', 'c3'].map((id) => ({ id, netns: pathFor(makeNamespace(t)), networks: lan }))
    for (const pod of pods) assert.equal(await call(daemon, pod), 0)
    const netns = pathFor(makeNamespace(t))
    assert.equal(await call(daemon, { id: 'c4', netns, networks: [network('ovs')] }), 0)
    assert.equal(await call(daemon, { id: 'c5', netns, networks: [network('broken')] }), 1)
    assert.equal(await call(daemon, { id: 'c6', netns, networks: [network('nowhere')] }), 1)
    assert.equal(await call(daemon, { ...pods[0], id: 'c1', netns, networks: lan, command: 'DEL' }), 0)
    for (const path of ['/healthz', '/nowhere']) await ask(daemon, get(path))
    const found = scrape(daemon)
    const expected: Readonly<Record<string, number>> = {
      'multus_server_request_total{handler="/cni",code="200",method="post"}': 5,
      'multus_server_request_total{handler="/cni",code="400",method="post"}': 2,
      'multus_server_request_total{handler="/healthz",code="200",method="get"}': 1,
      'multus_server_request_total{handler="NotFound",code="404",method="get"}': 1,
      'plait_request_duration_seconds_count{command="ADD",program="multus",outcome="ok"}': 4,
      'plait_request_duration_seconds_count{command="ADD",program="multus",outcome="error"}': 2,
      'plait_request_duration_seconds_count{command="DEL",program="multus",outcome="ok"}': 1,
      'plait_request_queue_seconds_bucket{program="multus",le="+Inf"}': 7,
      'plait_request_errors_total{command="ADD",error="cni/plugin-failed"}': 1,
      'plait_request_errors_total{command="ADD",error="cni/plugin-missing"}': 1,
      'plait_requests_in_flight{state="running"}': 0,
      'plait_requests_in_flight{state="waiting"}': 0,
      'plait_plugin_duration_seconds_count{plugin="macvlan",command="ADD",outcome="ok"}': 3,
      'plait_plugin_duration_seconds_count{plugin="host-local",command="ADD",outcome="ok"}': 3,
      'plait_plugin_duration_seconds_count{plugin="macvlan",command="DEL",outcome="ok"}': 1,
      'plait_plugin_duration_seconds_count{plugin="ovs",command="ADD",outcome="ok"}': 1,
      'plait_plugin_duration_seconds_count{plugin="broken",command="ADD",outcome="error"}': 1,
      'plait_plugin_duration_seconds_count{plugin="broken",command="DEL",outcome="error"}': 1,
      'plait_external_plugins{state="running"}': 0,
      plait_spooled_requests: 0,
      'plait_spooled_requests_set_aside{reason="failed"}': 0,
      'plait_api_wait_seconds_count{command="ADD"}': 6,
    }
    const actual = Object.fromEntries(Object.keys(expected).map((key) => [key, found.get(key)]))
    assert.deepEqual(actual, expected)
  })

  test('have a bounded number of series, whatever callers name', async (t) => {
    const daemon = await startScraped(t)
    const netns = pathFor(makeNamespace(t))
    for (let i = 0; i < 40; i++) {
      if (i < 20) installPlugin(daemon.directory, `type"${i}`, `cat >/dev/null\n${result}`)
      await call(daemon, { id: `c${i}`, netns, networks: [network(`type"${i}`)] })
      await ask(daemon, get(`/path-${i}`))
    }
    const series = [...scrape(daemon).keys()]
    const types = new Set(series.map((name) => /plugin="((?:[^"\\]|\\.)*)"/.exec(name)?.[1]))
    assert.equal([...types].filter((type) => type?.startsWith('type')).length, 16)
    assert.ok(types.has('other') && types.has('missing'))
    assert.ok(series.length < 900, `there are ${series.length}`)
    assert.doesNotMatch(series.join('\n'), /path-|c1"|default\/pod1/)
  })
})

describe('the log', { skip: noShim || noNamespaces }, () => {
  test('has the number and the trace of the request in every line of it, whoever writes it', async (t) => {
    const daemon = await startDaemon(t)
    const lines = ['cat >/dev/null', 'printf "%s %s\\n" "$CNI_IFNAME" "$TRACEPARENT" >&2', result]
    installPlugin(daemon.directory, 'ovs', lines.join('\n'))
    const netns = pathFor(makeNamespace(t))
    const networks = [network('ovs'), { ...network('ovs'), name: 'other' }]
    assert.equal(await call(daemon, { id: 'c1', netns, networks }), 0)
    const [done] = linesOf(daemon.log(), 'request done')
    const said = linesOf(daemon.log(), 'plugin wrote to standard error')
    assert.equal(said.length, 2)
    for (const line of said) {
      assert.deepEqual([line.request, line.trace, line.container], [1, done?.trace, 'c1'])
    }
    const contexts = said.map(({ stderr }) => /^(\w+) 00-(\w+)-(\w+)-00$/.exec(String(stderr)) ?? [])
    assert.deepEqual(
      contexts.map(([, ifName, traceId]) => [ifName, traceId]),
      [
        ['eth0', done?.trace],
        ['net1', done?.trace],
      ],
    )
    const spans = linesOf(daemon.log(), 'external plugin starts').map(({ span }) => span)
    assert.deepEqual(
      spans,
      contexts.map(([, , , span]) => span),
    )
    assert.notEqual(spans[0], spans[1])
  })

  test('goes on with the trace of the runtime', async (t) => {
    const daemon = await startDaemon(t)
    installPlugin(daemon.directory, 'ovs', `cat >/dev/null\necho "$TRACEPARENT" >&2\n${result}`)
    const environment = {
      ...addEnvironment,
      CNI_NETNS: pathFor(makeNamespace(t)),
      TRACEPARENT: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    }
    const stdin = daemon.config([network('ovs')])
    assert.match(await ask(daemon, httpCall('/cni', { environment, stdin })), /^HTTP\/1.1 200 /)
    const env = { ...environment, CNI_CONTAINERID: 'c2' }
    assert.equal((await runShim(shim, { env, stdin })).status, 0)
    const [said, again] = linesOf(daemon.log(), 'plugin wrote to standard error')
    for (const line of [said, again]) assert.equal(line?.trace, '4bf92f3577b34da6a3ce929d0e0e4736')
    assert.match(
      String(said?.stderr),
      /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
    )
  })

  test('shows nothing of a configuration, and text of others as data of bounded length', async (t) => {
    const daemon = await startDaemon(t)
    const noise = `cat >/dev/null\nprintf '\\033[31mred\\n{"msg":"forged"}\\n' >&2\nhead -c 200000 /dev/zero | tr '\\0' x >&2`
    installPlugin(daemon.directory, 'noisy', `${noise}\n${result}`)
    const networks = [{ ...network('noisy'), password: 'do-not-tell' }]
    assert.equal(await call(daemon, { id: 'c1', netns: pathFor(makeNamespace(t)), networks }), 0)
    assert.doesNotMatch(daemon.log(), /do-not-tell|[^\P{Cc}\n]/u)
    assert.deepEqual(linesOf(daemon.log(), 'forged'), [])
    const longest = Math.max(
      ...daemon
        .log()
        .split('\n')
        .map((line) => line.length),
    )
    assert.ok(longest < 6000, `the longest line has ${longest} characters`)
  })

  test('goes on in a new file when another program has moved it and says so', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-log-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const logFile = join(directory, 'multus.log')
    const daemon = await startDaemon(t, { logFile, logToStderr: false })
    const [netns, networks] = [pathFor(makeNamespace(t)), [macvlanNetwork(daemon.directory)]]
    assert.equal(await call(daemon, { id: 'c1', netns, networks }), 0)
    renameSync(logFile, `${logFile}.1`)
    daemon.process.kill('SIGHUP')
    await waitFor(() => existsSync(logFile), { timeoutMs: 5000, what: 'a new log file' })
    assert.equal(await call(daemon, { command: 'DEL', id: 'c1', netns, networks }), 0)
    const requests = [`${logFile}.1`, logFile].map((path) =>
      linesOf(readFileSync(path, 'utf8'), 'request done'),
    )
    assert.deepEqual(
      requests.map((lines) => lines.map(({ command }) => command)),
      [['ADD'], ['DEL']],
    )
    assert.equal(daemon.log(), '')
  })
})
