// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/** One start of a shim. */
export interface ShimRun {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Buffer
  /** The name that it is started under. */
  readonly argv0?: string
  readonly args?: readonly string[]
  /** Is given the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void
}

/** How it ended. */
export interface ShimEnd {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

export const addEnvironment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/none',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
  CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
}

// A test that says nothing of a spool must not write into that of the machine.
const noSpool = { PLAIT_SHIM_SPOOL_DIR: '/proc/no-spool' }

/** Starts a shim with this environment and no other, and waits for its end, 30 seconds at most. */
export async function runShim(
  path: string,
  { env = {}, stdin = '', argv0 = 'multus-shim', args = [], onStart }: ShimRun = {},
): Promise<ShimEnd> {
  const startedMs = performance.now()
  const child = spawn(path, args, {
    argv0,
    env: { ...noSpool, ...env },
    stdio: 'pipe',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  })
  onStart?.(child)
  child.stdin.on('error', () => undefined) // it may end before it has read everything
  child.stdin.end(stdin)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => {
      resolve({ status, signal, ...output, ms: performance.now() - startedMs })
    })
  })
}
