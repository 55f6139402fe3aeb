// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { openSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { waitFor } from '../../src/base/index.ts'

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

  /** Resident memory in MiB, and the most that there ever was. */
  memory(): { readonly nowMiB: number; readonly peakMiB: number } {
    const status = this.#proc('status')
    const field = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024
    return { nowMiB: field('VmRSS'), peakMiB: field('VmHWM') }
  }

  /** Resident memory of it and of all that it has started, in MiB. */
  treeMiB(): number {
    return treeMiB(String(this.#process.pid))
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

// A child belongs to the thread that started it; a Go program starts children from any of its threads.
function treeMiB(pid: string): number {
  return childrenOf(pid).reduce((sum, child) => sum + treeMiB(child), residentMiB(pid))
}

function childrenOf(pid: string): string[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
    return lists.flatMap((list) => list.split(' ').filter((child) => child !== ''))
  } catch {
    return [] // it, or a thread of it, has ended
  }
}

function residentMiB(pid: string): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 2 ** 20
  } catch {
    return 0 // it has ended
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
