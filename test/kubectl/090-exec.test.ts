// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import type { PodExecRequest } from '../../src/kubernetes/index.ts'
import { missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

/** Runs the command on this machine instead of in a pod. */
async function runHere({ command, stdin, stdout, stderr }: PodExecRequest): Promise<number> {
  const [program = '', ...args] = command
  const child = spawn(program, args)
  child.stdin.on('error', () => undefined) // a program need not read its input
  if (stdin === undefined) child.stdin.end()
  else stdin.pipe(child.stdin)
  child.stdout.pipe(stdout, { end: false })
  child.stderr.pipe(stderr, { end: false })
  const [code]: unknown[] = await once(child, 'close')
  return typeof code === 'number' ? code : 137
}

const running = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      { name: 'main', ready: true, restartCount: 0, image: '', imageID: '', state: { running: {} } },
    ],
  },
}

describe('kubectl reaches into a pod by the hooks of its user', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench({
      hooks: {
        exec: runHere,
        async *logs({ container, follow, tailLines }) {
          yield `log of ${container}, follow ${String(follow)}, tail ${String(tailLines)}\n`
        },
      },
    })
    bench.server.apply([running])
  })
  after(async () => bench[Symbol.asyncDispose]())

  test('runs a command, and has its output and exit code', async () => {
    assert.equal(await bench.kubectl('exec', 'web', '--', 'echo', 'hello'), 'hello\n')
    const failed = await bench.tryKubectl(['exec', 'web', '--', 'sh', '-c', 'echo sorry >&2; exit 3'])
    assert.equal(failed.code, 3)
    assert.equal(failed.stderr, 'sorry\ncommand terminated with exit code 3\n')
  })

  test('gives a command its input', async () => {
    assert.equal(await bench.kubectlWith('to the pod', 'exec', '-i', 'web', '--', 'cat'), 'to the pod')
  })

  test('carries more than fits into any buffer', async () => {
    const counted = await bench.kubectl('exec', 'web', '--', 'head', '-c', '900000', '/dev/zero')
    assert.equal(counted.length, 900_000)
  })

  test('reads logs', async () => {
    assert.equal(await bench.kubectl('logs', 'web'), 'log of main, follow false, tail undefined\n')
    assert.equal(await bench.kubectl('logs', '-f', '--tail=5', 'web'), 'log of main, follow true, tail 5\n')
  })
})
