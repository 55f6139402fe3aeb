// SPDX-License-Identifier: Apache-2.0

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { PlaitError } from '../../base/index.ts'

/** How a process of the lab is started. */
export interface LabProcessOptions {
  /** What it is called in messages: `daemon of n1`. */
  readonly name: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logFile: string
  /** Is told each line that it prints. */
  readonly onLine: (line: string) => void
}

const rememberedLines = 5
// The daemon gives its requests 30 s.
const graceMs = 35_000

/** A long-running process of the lab, whose output goes to a file. */
export class LabProcess {
  readonly name: string
  readonly #child: ChildProcess
  readonly #lastLines: string[] = []
  #ended: string | undefined

  constructor({ name, argv, env, logFile, onLine }: LabProcessOptions) {
    this.name = name
    const [program = '', ...args] = argv
    this.#child = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(logFile, { flags: 'a' })
    this.#child.once('error', (error) => (this.#ended = error.message))
    this.#child.once('exit', (code, signal) => (this.#ended = signal ?? `exit code ${code}`))
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => this.#take(line, log, onLine))
    }
  }

  /** @throws PlaitError with its last lines when it has ended. */
  checkRunning(): void {
    if (this.#ended === undefined) return
    const said = this.#lastLines.join(' / ')
    throw new PlaitError(
      'lab/build-failed',
      `Cannot go on: the ${this.name} ended (${this.#ended})${said === '' ? '' : `: ${said}`}`,
    )
  }

  /** Sends SIGTERM, after a while SIGKILL, and waits until it has ended. */
  async end(): Promise<void> {
    if (this.#ended !== undefined) return
    const ended = once(this.#child, 'exit')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs)
    this.#child.kill('SIGTERM')
    await ended
    clearTimeout(timer)
  }

  /** Whether it has printed this line lately. */
  hasSaid(line: string): boolean {
    return this.#lastLines.includes(line)
  }

  #take(line: string, log: WriteStream, onLine: (line: string) => void): void {
    log.write(`${line}\n`)
    this.#lastLines.push(line)
    if (this.#lastLines.length > rememberedLines) this.#lastLines.shift()
    onLine(line)
  }
}
