// SPDX-License-Identifier: Apache-2.0

import type { ChildProcess } from 'node:child_process'
import { PlaitError, TimeoutError } from '../../base/index.ts'

const timeoutMs = 20_000
const maxStderr = 4096

/**
 * The first line that a child process prints: its word that it is ready.
 *
 * @param what completes "Cannot start …".
 * @throws PlaitError with the child's standard error when it ends before, TimeoutError when it says nothing in time.
 */
export async function firstLine(child: ChildProcess, what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new TimeoutError(`Cannot start ${what}: it was not ready after ${timeoutMs} ms`))
    }, timeoutMs)
    child.stderr?.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-maxStderr)))
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      const end = stdout.indexOf('\n')
      if (end === -1) return
      clearTimeout(timer)
      resolve(stdout.slice(0, end))
    })
    child.once('error', (error) => reject(failure(what, error.message)))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      reject(failure(what, stderr.trim() || `it ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

function failure(what: string, why: string): PlaitError {
  return new PlaitError('lab/build-failed', `Cannot start ${what}: ${why}`)
}
