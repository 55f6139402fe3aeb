// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandError } from '../errors/command-error.ts'
import { runCommand } from './run-command.ts'
import { formatShellCommand } from './shell-command.ts'

test('runCommand() gives what was printed', async () => {
  const output = await runCommand(['sh', '-c', 'cat; echo "$X" >&2'], {
    input: 'in',
    env: { X: 'err', PATH: process.env['PATH'] },
    timeoutMs: 5000,
  })
  assert.deepEqual(output, { stdout: 'in', stderr: 'err\n' })
})

test('runCommand() fails with the command, the exit code and standard error', async () => {
  await assert.rejects(
    runCommand(['sh', '-c', 'echo "no such thing" >&2; exit 3'], { timeoutMs: 5000 }),
    (error) => {
      assert.ok(error instanceof CommandError)
      assert.equal(error.exitCode, 3)
      assert.equal(
        error.message,
        'Cannot run sh -c \'echo "no such thing" >&2; exit 3\': exit code 3: no such thing',
      )
      return true
    },
  )
})

test('runCommand() names a program that does not exist', async () => {
  await assert.rejects(runCommand(['/nonexistent/prog'], { timeoutMs: 5000, input: 'x' }), {
    message: 'Cannot run /nonexistent/prog: no such program',
    exitCode: null,
  })
})

test('runCommand() fails in the same way for arguments that are too long to start a program with', async () => {
  const argv = ['true', 'x'.repeat(300_000)]
  await assert.rejects(runCommand(argv, { timeoutMs: 5000 }), {
    name: 'CommandError',
    message: /^Cannot run true x+: spawn E2BIG$/,
  })
})

test('runCommand() kills at the deadline, even when a grandchild holds the pipes', async () => {
  const started = performance.now()
  await assert.rejects(runCommand(['sh', '-c', 'sleep 3 & wait'], { timeoutMs: 50 }), /killed after 50 ms/)
  assert.ok(performance.now() - started < 2500)
})

test('runCommand() kills a program that prints too much', async () => {
  await assert.rejects(
    runCommand(['sh', '-c', 'while :; do echo 0123456789; done'], {
      timeoutMs: 10_000,
      maxOutputBytes: 4096,
    }),
    /more than 4096 bytes on stdout/,
  )
})

test('runCommand() is cancelled by its signal', async () => {
  const controller = new AbortController()
  const running = runCommand(['sleep', '5'], { timeoutMs: 10_000, signal: controller.signal })
  controller.abort(new Error('not needed'))
  await assert.rejects(running, /cancelled/)
})

test('formatShellCommand() quotes what a shell would split or expand', async () => {
  const argv = ['printf', '%s\n', 'a b', "it's", '$HOME', '', '*', 'plain-1.2:/x']
  const { stdout } = await runCommand(['sh', '-c', formatShellCommand(argv)], { timeoutMs: 5000 })
  assert.equal(stdout, argv.slice(2).join('\n') + '\n')
})
