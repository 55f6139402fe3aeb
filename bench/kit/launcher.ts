// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compile } from './compile.ts'
import { scratch } from './scratch.ts'

/** A program that is to be run once. */
export interface Job {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  /** Standard input. */
  readonly input: string
}

/** How a program ended. */
export interface Ended {
  /** From just before the start to the end of the process. */
  readonly wallMs: number
  /** Of the process itself. */
  readonly cpuMs: number
  readonly exitCode: number
  readonly stdout: string
}

/** Programs that were started at once. */
export interface Burst {
  /** Until the last one ended. */
  readonly wallMs: number
  readonly ended: readonly Ended[]
}

/** Runs programs with little around them; a C program that is compiled when the first one is run. */
export class Launcher implements Disposable {
  readonly #process: ChildProcess
  readonly #write: (text: string) => void
  readonly #lines: AsyncIterator<string>

  constructor() {
    const path = join(scratch(), 'launch')
    compile('launch.c', path)
    // Two pipes, so that they are known to be there; plugins share standard error.
    const child = spawn('/bin/sh', ['-c', 'exec "$0" 2>>"$1"', path, errorFile()])
    this.#process = child
    this.#write = (text) => void child.stdin.write(text)
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  }

  /** The process that the programs are children of. */
  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Runs one program. @throws when it does not exit with 0. */
  async run(job: Job): Promise<Ended> {
    const [only] = (await this.burst([job])).ended
    if (only === undefined) throw new Error(`Cannot run ${job.path}: the launcher told of no end`)
    return only
  }

  /** Runs programs one after another. */
  async sequence(jobs: readonly Job[]): Promise<Ended[]> {
    const ended: Ended[] = []
    for (const job of jobs) ended.push(await this.run(job))
    return ended
  }

  /** Starts programs at once and waits for all of them, three minutes at most. @throws when one does not exit with 0 and must. */
  async burst(jobs: readonly Job[], { mayFail = false } = {}): Promise<Burst> {
    const directory = scratch()
    const lines = jobs.map(({ path, env, input }, index) => {
      const [stdin, stdout] = [join(directory, `in.${index}`), join(directory, `out.${index}`)]
      writeFileSync(stdin, input)
      return [path, stdin, stdout, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].join(
        '\t',
      )
    })
    this.#write(`${[jobs.length, ...lines].join('\n')}\n`)
    const [wallUs = 0] = await this.#numbers()
    const ended: Ended[] = []
    for (const [index, { path }] of jobs.entries()) {
      const [exitCode = -1, wall = 0, cpu = 0] = await this.#numbers()
      const stdout = readFileSync(join(directory, `out.${index}`), 'utf8')
      if (exitCode !== 0 && !mayFail)
        throw new Error(`${path} ended with ${exitCode}: ${stdout}${lastErrors()}`)
      ended.push({ wallMs: wall / 1000, cpuMs: cpu / 1000, exitCode, stdout })
    }
    return { wallMs: wallUs / 1000, ended }
  }

  [Symbol.dispose](): void {
    this.#process.kill()
  }

  async #numbers(): Promise<number[]> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`Cannot go on: the launcher has ended: ${lastErrors()}`)
    return value.split(' ').map(Number)
  }
}

function errorFile(): string {
  return join(scratch(), 'standard-error')
}

function lastErrors(): string {
  return readFileSync(errorFile(), 'utf8').slice(-1000)
}
