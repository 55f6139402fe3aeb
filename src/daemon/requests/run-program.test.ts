// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PluginInvocation } from '../../cni/index.ts'
import type { DelegateRequest } from '../../multus/index.ts'
import type { CniCall } from './cni-call.ts'
import { createPrograms } from './run-program.ts'

const signal = new AbortController().signal
const environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/x',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/a:/b',
  CNI_ARGS: 'K=V',
  LD_PRELOAD: '/evil.so',
}
const config = { cniVersion: '1.0.0', name: 'n', type: 'macvlan', binDir: '/own' }

function callOf(overrides: Partial<CniCall> = {}): CniCall {
  return {
    program: 'multus-shim',
    environment,
    stdin: Buffer.from(JSON.stringify(config)),
    gone: signal,
    ...overrides,
  }
}

interface Seen {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdin: string
}

function programs(override = {}) {
  const seen: { multus: Seen[]; delegates: DelegateRequest[]; plugins: PluginInvocation[] } = {
    multus: [],
    delegates: [],
    plugins: [],
  }
  const run = createPrograms({
    multus: {
      handle: (given, stdin) => {
        seen.multus.push({ environment: given, stdin: JSON.stringify(stdin) })
        return Promise.resolve('from multus')
      },
      delegate: (request) => {
        seen.delegates.push(request)
        return Promise.resolve('from a delegate')
      },
    },
    pluginTypes: new Set(['macvlan', 'bridge']),
    invoke: (invocation) => {
      seen.plugins.push(invocation)
      return Promise.resolve(invocation.command === 'ADD' ? { cniVersion: '1.0.0', dns: {} } : undefined)
    },
    override,
    ignoreReadinessIndicator: false,
  })
  return { run, seen }
}

describe('createPrograms()', () => {
  test('gives calls under a name of Multus to Multus, the daemon file laid over their configuration', async () => {
    const { run, seen } = programs({ binDir: '/daemon', cniVersion: '0.1.0' })
    for (const program of ['multus-shim', 'multus', 'plait', 'plait-shim']) {
      assert.equal(await run(callOf({ program }), { signal }), 'from multus')
    }
    assert.deepEqual(JSON.parse(seen.multus[0]?.stdin ?? ''), { ...config, binDir: '/daemon' })
    assert.equal(seen.multus.length, 4)
  })

  test('takes the CNI variables from the caller and all others from the daemon', async () => {
    const { run, seen } = programs()
    await run(callOf(), { signal })
    const given = seen.multus[0]?.environment
    assert.equal(given?.CNI_CONTAINERID, 'c1')
    assert.equal(given?.PATH, process.env.PATH)
    assert.equal(given?.LD_PRELOAD, process.env.LD_PRELOAD)
  })

  test('hands on the trace of the call, and never one of the daemon itself', async (t) => {
    const { run, seen } = programs()
    process.env.TRACESTATE = 'daemon=1'
    t.after(() => delete process.env.TRACESTATE)
    const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', flags: '01' }
    await run(callOf({ environment: { ...environment, BAGGAGE: 'pod=web' } }), { signal, trace })
    const { TRACEPARENT, TRACESTATE, BAGGAGE } = seen.multus[0]?.environment ?? {}
    assert.deepEqual(
      [TRACEPARENT, TRACESTATE, BAGGAGE],
      ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', undefined, 'pod=web'],
    )
  })

  test('gives one network for a running pod as it is, with the daemon file beside it', async () => {
    const { run, seen } = programs({ binDir: '/daemon', cniVersion: '0.1.0' })
    const delegate = { mac: '02:00:00:00:00:01' }
    assert.equal(await run(callOf({ delegate }), { signal }), 'from a delegate')
    const [{ env, config: given, ...request } = assert.fail()] = seen.delegates
    assert.deepEqual(JSON.parse(Buffer.from(given).toString()), config)
    assert.deepEqual(request, { attributes: delegate, settings: { binDir: '/daemon', cniVersion: '0.1.0' } })
    assert.equal(env.LD_PRELOAD, process.env.LD_PRELOAD)
  })

  test('runs the bundled plugin that the caller is named after, with its configuration as it is', async () => {
    const { run, seen } = programs({ binDir: '/daemon' })
    const printed = await run(callOf({ program: 'macvlan' }), { signal })
    assert.equal(printed, '{\n    "cniVersion": "1.0.0",\n    "dns": {}\n}')
    const { env: _env, signal: given, host: _host, log: _log, ...invocation } = seen.plugins[0] ?? {}
    assert.equal(given, signal)
    assert.deepEqual(invocation, {
      type: 'macvlan',
      command: 'ADD',
      containerId: 'c1',
      netns: '/run/netns/x',
      ifName: 'eth0',
      args: 'K=V',
      path: ['/a', '/b'],
      config,
    })
  })

  test('prints nothing for a plugin that has no result', async () => {
    const { run } = programs()
    const call = callOf({ program: 'bridge', environment: { ...environment, CNI_COMMAND: 'DEL' } })
    assert.equal(await run(call, { signal }), '')
  })

  test('refuses any other name', async () => {
    await assert.rejects(programs().run(callOf({ program: 'calico' }), { signal }), {
      code: 4,
      id: 'daemon/program-unknown',
      message:
        'Cannot run "calico": the shim was started under a name that is no bundled plugin (bridge, macvlan); rename the file to multus-shim',
    })
  })

  test('refuses input that is no configuration before anything runs', async () => {
    for (const program of ['multus', 'macvlan']) {
      const { run, seen } = programs()
      await assert.rejects(run(callOf({ program, stdin: Buffer.from('[]') }), { signal }), { code: 6 })
      assert.equal(seen.multus.length + seen.plugins.length, 0)
    }
  })
})
