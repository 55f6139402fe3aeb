// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { CommandError } from '../errors/command-error.ts'
import { systemErrorCode } from '../errors/system-error-code.ts'
import { toError } from '../errors/to-error.ts'

/** The bounds of a child process. */
export interface CommandOptions {
  /** Given on standard input, which is closed after it. */
  readonly input?: string | Uint8Array
  /** A descriptor that becomes standard input, for programs that cannot read from a socket; instead of `input`. */
  readonly inputFd?: number
  /** The whole environment; that of this process when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
  /** For each of standard output and standard error. @default 1 MiB */
  readonly maxOutputBytes?: number
  readonly signal?: AbortSignal | undefined
}

/** What a command printed. */
export interface CommandOutput {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program to its end. The program is started before this function returns its promise, so a
 * call inside `Namespace.run` starts it in that namespace.
 *
 * @throws CommandError when it cannot be started, exits with another code than 0, or had to be killed
 * because of the deadline, the bound on output or the signal.
 */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandOutput> {
  options.signal?.throwIfAborted()
  return new Run(argv, start(argv, options), options).finished
}

// Node throws some failures to start, such as an argument list that is too long, and tells of others by an event.
function start(argv: readonly string[], { inputFd, env }: CommandOptions): ChildProcess {
  const [program = '', ...rest] = argv
  try {
    return spawn(program, rest, {
      stdio: [inputFd ?? 'pipe', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env: { ...env } }),
    })
  } catch (error) {
    throw notStarted(argv, toError(error))
  }
}

function notStarted(command: readonly string[], cause: Error): CommandError {
  const reason = systemErrorCode(cause) === 'ENOENT' ? 'no such program' : cause.message
  return new CommandError({ command, exitCode: null, stderr: '', reason }, { cause })
}

class Run {
  readonly finished: Promise<CommandOutput>
  readonly #command: readonly string[]
  readonly #child: ChildProcess
  readonly #stdout: Buffer[] = []
  readonly #stderr: Buffer[] = []
  #killed: { reason: string; cause: unknown } | undefined

  constructor(command: readonly string[], child: ChildProcess, options: CommandOptions) {
    this.#command = command
    this.#child = child
    this.finished = this.#finish(options)
    // A program that does not read its input breaks the pipe; its exit code tells what is to tell.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input)
  }

  async #finish(options: CommandOptions): Promise<CommandOutput> {
    const { timeoutMs, maxOutputBytes = 1 << 20, signal } = options
    this.#collect('stdout', this.#stdout, maxOutputBytes)
    this.#collect('stderr', this.#stderr, maxOutputBytes)
    const timer = setTimeout(() => this.#kill(`killed after ${timeoutMs} ms`), timeoutMs)
    const abort = (): void => this.#kill('killed because the request was cancelled', signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const exitCode = await this.#closed()
      if (exitCode !== 0 || this.#killed !== undefined) throw this.#failure(exitCode)
      return {
        stdout: Buffer.concat(this.#stdout).toString(),
        stderr: Buffer.concat(this.#stderr).toString(),
      }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  #collect(name: 'stdout' | 'stderr', chunks: Buffer[], maxBytes: number): void {
    let size = 0
    this.#child[name]?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) this.#kill(`killed: more than ${maxBytes} bytes on ${name}`)
      else chunks.push(chunk)
    })
  }

  #kill(reason: string, cause?: unknown): void {
    this.#killed ??= { reason, cause }
    this.#child.kill('SIGKILL')
    // A grandchild may hold the pipes open; without this "close" would wait for it.
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
  }

  async #closed(): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#child.once('error', (error) => reject(notStarted(this.#command, error)))
      this.#child.once('close', (code, signalName) => {
        if (signalName !== null) this.#killed ??= { reason: `killed by ${signalName}`, cause: undefined }
        resolve(code)
      })
    })
  }

  #failure(exitCode: number | null): CommandError {
    return new CommandError(
      {
        command: this.#command,
        exitCode,
        stderr: Buffer.concat(this.#stderr).toString(),
        ...(this.#killed === undefined ? {} : { reason: this.#killed.reason }),
      },
      this.#killed?.cause === undefined ? undefined : { cause: this.#killed.cause },
    )
  }
}
