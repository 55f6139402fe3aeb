// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { chmodSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { waitFor } from '../../base/index.ts'
import { pluginDirectory } from '../testing/scratch-directory.ts'
import { createExec } from './exec-plugin.ts'
import type { ExecOptions } from './exec-plugin.ts'
import type { PluginInvocation } from './invocation.ts'
import { runPluginProcess } from './plugin-process.ts'

const base: Omit<PluginInvocation, 'path'> = {
  type: 'plugin',
  command: 'ADD',
  containerId: 'c1',
  netns: '/run/netns/a',
  ifName: 'eth0',
  args: 'A=1;B=2',
  config: { cniVersion: '0.3.1', name: 'net', type: 'plugin' },
}

/** Runs a shell script as the plugin. */
async function run(
  t: TestContext,
  script: string,
  { more = {}, options = {} }: { more?: Partial<PluginInvocation>; options?: ExecOptions } = {},
): Promise<unknown> {
  const path = [pluginDirectory(t, { plugin: script })]
  return createExec({ onStderr: () => undefined, ...options })({ ...base, path, ...more })
}

test('a plugin gets the configuration on standard input and all six variables over the environment', async (t) => {
  const directory = pluginDirectory(t, {
    plugin: 'cat > "$OUT/stdin"; env > "$OUT/env"; echo "{}"',
  })
  await createExec()({
    ...base,
    path: [directory, '/other'],
    env: {
      PATH: process.env['PATH'],
      OUT: directory,
      CNI_COMMAND: 'old',
      CNI_ARGS: 'old',
      TRACEPARENT: '00-1',
    },
  })
  assert.deepEqual(JSON.parse(readFileSync(join(directory, 'stdin'), 'utf8')), base.config)
  const env = readFileSync(join(directory, 'env'), 'utf8').split('\n')
  for (const line of [
    'CNI_COMMAND=ADD',
    'CNI_CONTAINERID=c1',
    'CNI_NETNS=/run/netns/a',
    'CNI_IFNAME=eth0',
    'CNI_ARGS=A=1;B=2',
    `CNI_PATH=${directory}:/other`,
    'TRACEPARENT=00-1',
  ]) {
    assert.ok(env.includes(line), line)
  }
})

test('a plugin inherits the environment of this process when no other is given', async (t) => {
  const result = await run(t, 'echo "{\\"cniVersion\\":\\"1.0.0\\",\\"path\\":\\"$PATH\\"}"')
  assert.deepEqual(result, { cniVersion: '1.0.0', path: process.env['PATH'] })
})

test('variables without a value are set to nothing', async (t) => {
  const script = 'test "${CNI_ARGS+set}${CNI_NETNS+set}" = setset && test -z "$CNI_ARGS$CNI_NETNS"'
  await run(t, script, { more: { command: 'DEL', args: '', netns: '' } })
})

test('a result without a version gets that of the configuration, or 0.1.0', async (t) => {
  assert.deepEqual(await run(t, 'echo "{}"'), { cniVersion: '0.3.1' })
  assert.deepEqual(await run(t, 'echo "{\\"cniVersion\\":\\"\\",\\"x\\":1}"'), { x: 1, cniVersion: '0.3.1' })
  assert.deepEqual(await run(t, 'echo null'), { cniVersion: '0.3.1' })
  assert.deepEqual(await run(t, 'echo "{}"', { more: { config: {} } }), { cniVersion: '0.1.0' })
  assert.deepEqual(await run(t, 'echo "{\\"cniVersion\\":\\"0.4.0\\"}"'), { cniVersion: '0.4.0' })
})

test('what a plugin prints for other verbs than ADD and VERSION is ignored', async (t) => {
  for (const command of ['DEL', 'CHECK', 'GC', 'STATUS'] as const) {
    assert.equal(await run(t, 'echo nonsense', { more: { command } }), undefined)
  }
})

test('VERSION is asked with dummy values and gives the raw answer', async (t) => {
  const script = 'echo "{\\"cniVersion\\":\\"$CNI_PATH$CNI_NETNS$CNI_IFNAME\\"}"'
  assert.deepEqual(await run(t, script, { more: { command: 'VERSION' } }), { cniVersion: 'dummydummydummy' })
})

test('an ADD that prints no result is an error', async (t) => {
  await assert.rejects(run(t, 'exit 0'), {
    code: 999,
    message: 'failed to unmarshal raw result: unexpected end of JSON input',
    id: 'cni/plugin-output',
  })
  await assert.rejects(run(t, 'echo "[]"'), /cannot use a result of type \[\]interface/)
  await assert.rejects(run(t, 'echo 1', { more: { command: 'VERSION' } }), /cannot use version information/)
})

test('the error that a plugin prints is thrown with its code and details', async (t) => {
  const script = `echo '{"code": 50, "msg": "not ready", "details": "daemon is down"}'; echo noise >&2; exit 1`
  await assert.rejects(run(t, script), {
    name: 'CniError',
    code: 50,
    msg: 'not ready',
    details: 'daemon is down',
    id: 'cni/plugin-failed',
  })
})

test('a plugin that fails without an error object is quoted', async (t) => {
  const vectors: readonly [string, string | RegExp][] = [
    ['exit 3', 'netplugin failed with no error message: exit status 3'],
    ['kill -9 $$', 'netplugin failed with no error message: signal: killed'],
    ['kill -HUP $$', 'netplugin failed with no error message: signal: SIGHUP'],
    ['echo "no \\"luck\\"" >&2; exit 1', String.raw`netplugin failed: "no \"luck\"\n": exit status 1`],
    ['echo "{}"; exit 1', 'netplugin failed with no error message: exit status 1'],
    [
      'echo oops; exit 1',
      /^netplugin failed but error parsing its diagnostic message "oops\\n": .*not valid JSON/,
    ],
    [
      `echo '{"code":"x"}'; exit 1`,
      String.raw`netplugin failed but error parsing its diagnostic message "{\"code\":\"x\"}\n": error.code: expected a whole number, found "x"`,
    ],
  ]
  for (const [script, message] of vectors) {
    await assert.rejects(run(t, script), { code: 999, message, id: 'cni/plugin-failed' }, script)
  }
})

test('a long log in an error is cut at its start', async (t) => {
  const script = 'head -c 60000 /dev/zero | tr "\\0" x >&2; echo end >&2; exit 1'
  await assert.rejects(run(t, script), (error: Error) => {
    return error.message.length < 3000 && error.message.includes('"…xxx') && error.message.includes('end')
  })
})

test('standard error of a plugin that succeeds is passed on', async (t) => {
  const heard: string[] = []
  const options = { onStderr: (text: string) => void heard.push(text) }
  await run(t, 'echo warning >&2; echo "{}"', { options })
  await run(t, 'echo "{}"', { options })
  assert.deepEqual(heard, ['warning\n'])
})

test('standard error beyond its bound is dropped and the plugin goes on', async (t) => {
  let heard = ''
  const options = { maxStderrBytes: 1000, onStderr: (text: string) => void (heard = text) }
  await run(t, 'head -c 200000 /dev/zero >&2; echo "{}"', { options })
  assert.equal(heard.length, 1000)
})

test('a plugin with too much standard output is killed', async (t) => {
  await assert.rejects(run(t, 'cat /dev/zero', { options: { maxStdoutBytes: 10_000 } }), {
    code: 999,
    message: 'Cannot run plugin "plugin" (ADD): more than 10000 bytes on standard output, so it was killed',
    id: 'cni/plugin-output',
  })
})

/** Whether a process runs; one that ended and was not waited for does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const startsChild = 'sleep 60 & echo $! > "$OUT/pid.new"; mv "$OUT/pid.new" "$OUT/pid"; wait'

async function childOf(directory: string): Promise<number> {
  const file = join(directory, 'pid')
  await waitFor(() => existsSync(file), { timeoutMs: 5000, what: 'the plugin to start its child' })
  return Number(readFileSync(file, 'utf8'))
}

test('at the deadline a plugin is killed with what it started, and the runtime may try again', async (t) => {
  const directory = pluginDirectory(t, { plugin: startsChild })
  const env = { ...process.env, OUT: directory }
  const call = createExec({ timeoutMs: 500 })({ ...base, path: [directory], env })
  const failure = assert.rejects(call, {
    code: 11,
    message:
      'Cannot run plugin "plugin" (ADD): no end after 500 ms, so it was killed; look at what it waits for',
    id: 'cni/plugin-timeout',
  })
  const child = await childOf(directory)
  await failure
  await waitFor(() => !isAlive(child), { timeoutMs: 5000, what: 'the child of the plugin to end' })
})

test('when the signal is aborted a plugin is killed with what it started', async (t) => {
  const directory = pluginDirectory(t, { plugin: startsChild })
  const abort = new AbortController()
  const env = { ...process.env, OUT: directory }
  const call = createExec()({ ...base, path: [directory], env, signal: abort.signal })
  const child = await childOf(directory)
  abort.abort(new Error('the runtime hung up'))
  await assert.rejects(call, {
    code: 999,
    message: 'Cannot run plugin "plugin" (ADD): the request was given up: the runtime hung up',
  })
  await waitFor(() => !isAlive(child), { timeoutMs: 5000, what: 'the child of the plugin to end' })
})

test('an aborted signal keeps a plugin from being started', async (t) => {
  const directory = pluginDirectory(t, { plugin: 'touch "$OUT/ran"' })
  const call = createExec()({
    ...base,
    path: [directory],
    env: { ...process.env, OUT: directory },
    signal: AbortSignal.abort(),
  })
  await assert.rejects(call, /given up/)
  assert.ok(!existsSync(join(directory, 'ran')))
})

test('a plugin that leaves a background process behind is not waited for longer than a moment', async (t) => {
  const directory = pluginDirectory(t, { plugin: 'setsid sleep 20 & echo $! > "$OUT/pid"; echo "{}"' })
  const env = { ...process.env, OUT: directory }
  const exec = createExec({ timeoutMs: 15_000 })
  assert.deepEqual(await exec({ ...base, path: [directory], env }), { cniVersion: '0.3.1' })
  const child = await childOf(directory)
  assert.ok(isAlive(child))
  process.kill(child)
})

test('a plugin that does not read its input is judged by how it ends', async (t) => {
  const config = { cniVersion: '1.0.0', filler: 'x'.repeat(500_000) }
  assert.deepEqual(await run(t, 'echo "{}"', { more: { config } }), { cniVersion: '1.0.0' })
})

test('a file that may not be executed is named with the reason', async (t) => {
  const directory = pluginDirectory(t, { plugin: 'true' })
  chmodSync(join(directory, 'plugin'), 0o644)
  await assert.rejects(createExec()({ ...base, path: [directory] }), {
    code: 999,
    message: `netplugin failed with no error message: fork/exec ${directory}/plugin: permission denied`,
  })
})

test('a file that is being written is tried again until it is closed', async (t) => {
  const directory = pluginDirectory(t, { plugin: 'echo "{}"' })
  const writer = openSync(join(directory, 'plugin'), 'a')
  let attempts = 0
  const exec = createExec({
    busyDelayMs: 1,
    run: async (request) => {
      attempts += 1
      if (attempts === 3) closeSync(writer)
      return runPluginProcess(request)
    },
  })
  assert.deepEqual(await exec({ ...base, path: [directory] }), { cniVersion: '0.3.1' })
  assert.equal(attempts, 3)
})

test('a file that stays busy fails after six attempts', async () => {
  let attempts = 0
  const exec = createExec({
    busyDelayMs: 1,
    find: () => '/bin/plugin',
    run: async () => {
      attempts += 1
      return { stdout: '', stderr: '', failure: 'fork/exec /bin/plugin: text file busy', busy: true }
    },
  })
  await assert.rejects(exec({ ...base, path: [] }), {
    message: 'netplugin failed with no error message: fork/exec /bin/plugin: text file busy',
  })
  assert.equal(attempts, 6)
})

test('programs elsewhere are found and run by what the caller gives', async () => {
  const exec = createExec({
    find: async (type, path) => `${path[0]}/${type}`,
    run: async ({ file, env, input }) => ({
      stdout: JSON.stringify({
        cniVersion: '1.0.0',
        file,
        command: env['CNI_COMMAND'],
        input: JSON.parse(input),
      }),
      stderr: '',
    }),
  })
  assert.deepEqual(await exec({ ...base, path: ['/host/bin'] }), {
    cniVersion: '1.0.0',
    file: '/host/bin/plugin',
    command: 'ADD',
    input: base.config,
  })
})
