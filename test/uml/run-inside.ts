// SPDX-License-Identifier: Apache-2.0

import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { Outcome } from './outcome-reporter.ts'

const checkout = join(import.meta.dirname, '../..')

/** Why no user-mode Linux can be started here; false when it can. For the option `skip` of a test. */
export const skip: string | false = whyNot()

function whyNot(): string | false {
  const missing = ['linux.uml', 'modprobe', 'cc', 'setpriv'].filter(
    (command) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin; command -v ${command}`]).status !== 0,
  )
  if (missing.length > 0)
    return `user-mode Linux needs ${missing.join(', ')}, which this machine has not (tools/setup.sh test)`
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const { status, stderr } = spawnSync('unshare', [...user, '--mount', '--pid', '--fork', 'true'], {
    encoding: 'utf8',
  })
  return status === 0 ? false : `user-mode Linux needs namespaces: ${stderr.trim()}`
}

/** Starts a command in user-mode Linux. Killing the child with SIGKILL ends all of it; it ends by itself in `seconds` and a boot. */
export function startInside(command: readonly string[], { seconds }: { seconds: number }): ChildProcess {
  // node --test would take itself for a file of the outer run.
  const { NODE_TEST_CONTEXT: _, PATH = '', ...env } = process.env
  return spawn(join(import.meta.dirname, 'run-uml'), command, {
    cwd: checkout,
    env: { ...env, PATH: `${PATH}:/usr/sbin:/sbin`, UML_SECONDS: String(seconds) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (seconds + 90) * 1000,
    killSignal: 'SIGKILL',
  })
}

/** What came of test files in user-mode Linux, and what else was printed. */
export interface InsideRun {
  readonly outcomes: readonly Outcome[]
  readonly exitCode: number | null
  readonly otherText: string
}

/** Runs test files, given from the checkout's root, one after the other in one user-mode Linux. */
export async function runTestsInside(
  files: readonly string[],
  limits: { seconds: number },
): Promise<InsideRun> {
  const reporter = `--test-reporter=${join(import.meta.dirname, 'outcome-reporter.ts')}`
  const node = [process.execPath, '--test', '--test-concurrency=1', '--test-timeout=120000', reporter]
  const child = startInside([...node, ...files], limits)
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('exit', resolve)
  })
  const [exitCode, output, errors] = await Promise.all([exited, read(child.stdout), read(child.stderr)])
  const lines = output.split('\n').map((line) => readOutcome(line) ?? line)
  const otherLines = lines.filter((line) => typeof line === 'string')
  return {
    outcomes: lines.filter((line) => typeof line !== 'string'),
    exitCode,
    otherText: [...otherLines, errors].join('\n').trim(),
  }
}

async function read(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? '' : text(stream)
}

function readOutcome(line: string): Outcome | undefined {
  if (!line.startsWith('{')) return
  const value = parseJson(line)
  if (!isJsonObject(value)) return
  const { file, name, passed, skipped, error } = value
  if (typeof file !== 'string' || typeof name !== 'string' || typeof passed !== 'boolean') return
  return {
    file,
    name,
    passed,
    ...(typeof skipped === 'string' && { skipped }),
    ...(typeof error === 'string' && { error }),
  }
}
