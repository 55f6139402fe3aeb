// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { waitFor } from '../../src/base/index.ts'
import { descendants, readProcesses } from './processes.ts'

/** How a daemon is started. */
export interface DaemonCommand {
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly socketPath: string
  readonly logFile: string
}

/** A daemon that answers on its socket. */
export class DaemonProcess implements AsyncDisposable {
  /** From the start until it said that it was healthy. */
  readonly readyMs: number
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, readyMs: number) {
    this.#process = child
    this.readyMs = readyMs
  }

  static async start({ command, env, socketPath, logFile }: DaemonCommand): Promise<DaemonProcess> {
    const [program, ...words] = command
    const log = openSync(logFile, 'a')
    const startedMs = performance.now()
    const child = spawn(program, words, { env, stdio: ['ignore', log, log] })
    await waitFor(
      () => {
        if (child.exitCode === null) return isHealthy(socketPath)
        throw new Error(`${program} ended with ${child.exitCode}: ${readFileSync(logFile, 'utf8')}`)
      },
      { timeoutMs: 60_000, intervalMs: 2, what: program },
    )
    return new DaemonProcess(child, performance.now() - startedMs)
  }

  /** Resident memory of it and of all that it has started, in MiB. */
  treeMiB(): number {
    const all = readProcesses()
    const tree = [...all.filter(({ pid }) => pid === this.pid), ...descendants(all, this.pid)]
    return tree.reduce((sum, { residentMiB }) => sum + residentMiB, 0)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** CPU time of it and of the children that it has waited for. */
  cpuSeconds(): number {
    const fields = this.#proc('stat')
      .replace(/^.*\) /s, '')
      .split(' ')
    const clockTicks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return clockTicks / 100
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    await ended
  }

  #proc(file: string): string {
    return readFileSync(`/proc/${this.#process.pid}/${file}`, 'utf8')
  }
}

async function isHealthy(path: string): Promise<boolean> {
  const socket = connect(path)
  socket.on('error', () => undefined) // not there yet
  socket.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  await new Promise((resolve) => socket.once('close', resolve))
  return answer.startsWith('HTTP/1.1 200 ')
}
