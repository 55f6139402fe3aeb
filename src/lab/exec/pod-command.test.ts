// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { PassThrough, Readable } from 'node:stream'
import type { PodExecRequest } from '../../kubernetes/index.ts'
import { runPodCommand } from './pod-command.ts'

async function run(argv: readonly string[], more: Partial<PodExecRequest> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const printed = { stdout: '', stderr: '' }
  stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()))
  stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()))
  const code = await runPodCommand(argv, {
    namespace: 'default',
    name: 'a',
    pod: {},
    container: 'a',
    command: argv,
    tty: false,
    stdin: undefined,
    stdout,
    stderr,
    onResize: (listener) => listener({ columns: 77, rows: 33 }),
    signal: AbortSignal.timeout(10_000),
    ...more,
  })
  return { code, ...printed }
}

describe('runPodCommand()', () => {
  it('carries output and errors apart, and gives the exit code', async () => {
    assert.deepEqual(await run(['sh', '-c', 'echo out; echo err >&2; exit 7']), {
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  it('carries input to its end', async () => {
    const { stdout } = await run(['wc', '-c'], { stdin: Readable.from([Buffer.alloc(100_000)]) })
    assert.equal(stdout.trim(), '100000')
  })

  it('ends a command that nobody listens to any more', async () => {
    const client = new AbortController()
    const running = run(['sleep', '60'], { signal: client.signal })
    client.abort()
    await assert.rejects(running, { name: 'AbortError' })
  })

  const skip = existsSync('/usr/bin/script') ? false : 'this machine has no script(1)'
  it("gives the command a terminal of the user's size", { skip }, async () => {
    const { code, stdout } = await run(['sh', '-c', 'test -t 0 && stty size; exit 3'], {
      tty: true,
      stdin: new PassThrough(),
    })
    assert.equal(stdout.trim(), '33 77')
    assert.equal(code, 3)
  })
})
