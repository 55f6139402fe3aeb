// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { systemErrorCode, waitFor } from '../../base/index.ts'
import { childrenOf } from './children-of.ts'

const gentlyMs = 3000
const goneMs = 5000

/**
 * Ends a lab, and with it everything in its namespaces.
 *
 * @param pid the process that the enclosure became: it waits for process 1 of the lab, which the kernel lets go only
 * when every other process of the PID namespace is gone.
 * @throws TimeoutError when it is still there, which only a process stuck in the kernel can cause.
 */
export async function endEnclosure(pid: number): Promise<void> {
  const inner = childrenOf(pid)
  for (const child of inner) sendSignal(child, 'SIGTERM')
  try {
    await untilGone([pid], gentlyMs)
  } catch {
    // Process 1 takes only signals that it has a handler for, but this one.
    for (const child of inner) sendSignal(child, 'SIGKILL')
    sendSignal(pid, 'SIGKILL')
    await untilGone([pid, ...inner], goneMs)
  }
}

async function untilGone(pids: readonly number[], timeoutMs: number): Promise<void> {
  await waitFor(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), {
    timeoutMs,
    what: 'the processes of the lab to end',
  })
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error
  }
}
