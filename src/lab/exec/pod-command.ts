// SPDX-License-Identifier: Apache-2.0

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { delay, formatShellCommand } from '../../base/index.ts'
import type { PodExecRequest, TerminalSize } from '../../kubernetes/index.ts'

const firstSizeWithinMs = 200

/**
 * Runs a command for `kubectl exec`, with its input and output; gives its exit code. With a terminal it runs under
 * script(1), which makes one of the size that the user's has at the start.
 *
 * @param argv the command that runs another one in the pod.
 */
export async function runPodCommand(argv: readonly string[], request: PodExecRequest): Promise<number> {
  const [program = '', ...args] = request.tty ? await underTerminal(argv, request) : argv
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], signal: request.signal })
  carryInput(request.stdin, child)
  child.stdout.pipe(request.stdout, { end: false })
  child.stderr.pipe(request.stderr, { end: false })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 137))
  })
}

function carryInput(
  stdin: Readable | undefined,
  child: ChildProcessByStdio<Writable, Readable, Readable>,
): void {
  // A command that does not read its input breaks the pipe.
  child.stdin.on('error', () => undefined)
  if (stdin === undefined) child.stdin.end()
  else stdin.pipe(child.stdin)
}

async function underTerminal(argv: readonly string[], request: PodExecRequest): Promise<string[]> {
  const size = await Promise.race([firstSize(request), delay(firstSizeWithinMs)])
  const resize = size === undefined ? [] : [`stty rows ${size.rows} cols ${size.columns}`]
  const line = [...resize, `exec ${formatShellCommand(argv)}`].join('; ')
  return ['script', '--quiet', '--return', '--flush', '--command', line, '/dev/null']
}

async function firstSize({ onResize }: PodExecRequest): Promise<TerminalSize> {
  return new Promise((resolve) => onResize(resolve))
}
