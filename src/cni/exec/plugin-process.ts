// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Readable } from 'node:stream'
import { describeError, systemErrorCode, toError } from '../../base/index.ts'
import { describeExit, describeStartFailure } from './process-end.ts'
import type { ProcessEnd } from './process-end.ts'

/** How long and how much a plugin may talk. */
export interface ProcessLimits {
  readonly timeoutMs: number
  /** More kills the plugin. */
  readonly maxStdoutBytes: number
  /** More is dropped: a talkative log must not fail a pod. */
  readonly maxStderrBytes: number
}

/** A program to run. */
export interface ProcessRequest {
  readonly file: string
  /** @default none */
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: string
  readonly limits: ProcessLimits
  readonly signal?: AbortSignal | undefined
}

/** Why a process was killed by us. */
export type KillReason = 'deadline' | 'output' | 'signal'

/** What became of a process. */
export interface ProcessOutcome extends ProcessEnd {
  readonly stdout: string
  readonly stderr: string
  readonly killed?: KillReason
}

// A process may leave a background child that holds the pipes open; what it says is not waited for longer.
const pipeGraceMs = 500

/**
 * Runs a program in a process group of its own, which is killed as a whole at the deadline, at too much output
 * and when the signal is aborted. Never throws for what the program does.
 */
export async function runPluginProcess(request: ProcessRequest): Promise<ProcessOutcome> {
  try {
    return await watch(start(request), request)
  } catch (error) {
    // Node reports some failures to start in this way, ETXTBSY among them, and others as an event.
    return { stdout: '', stderr: '', ...notStarted(toError(error), request.file) }
  }
}

function start({ file, args = [], env }: ProcessRequest): ChildProcessWithoutNullStreams {
  return spawn(file, [...args], { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
}

async function watch(
  child: ChildProcessWithoutNullStreams,
  request: ProcessRequest,
): Promise<ProcessOutcome> {
  let killed: KillReason | undefined
  const kill = (reason: KillReason): void => {
    killed ??= reason
    killGroup(child)
  }
  const stdout = collect(child.stdout, request.limits.maxStdoutBytes, () => kill('output'))
  const stderr = collect(child.stderr, request.limits.maxStderrBytes, () => undefined)
  // A plugin that does not read its input breaks the pipe; how it ends tells what is to tell.
  child.stdin.on('error', () => undefined)
  child.stdin.end(request.input)
  const deadline = setTimeout(kill, request.limits.timeoutMs, 'deadline')
  const abort = (): void => kill('signal')
  request.signal?.addEventListener('abort', abort, { once: true })
  if (request.signal?.aborted) abort()
  try {
    const end = await ended(child, request.file)
    return { ...end, stdout: stdout.text(), stderr: stderr.text(), ...(killed && { killed }) }
  } finally {
    clearTimeout(deadline)
    request.signal?.removeEventListener('abort', abort)
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // ESRCH: the group has ended by itself meanwhile.
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function collect(stream: Readable, maxBytes: number, overflow: () => void): { text: () => string } {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    const room = maxBytes - size
    size += chunk.length
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    if (size > maxBytes) overflow()
  })
  return { text: () => Buffer.concat(chunks).toString() }
}

async function ended(child: ChildProcess, file: string): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let grace: NodeJS.Timeout | undefined
    child.once('error', (error) => resolve(notStarted(error, file)))
    child.once('exit', () => {
      grace = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, pipeGraceMs)
    })
    child.once('close', (code, signal) => {
      clearTimeout(grace)
      resolve(describeExit(code, signal))
    })
  })
}

function notStarted(error: Error, file: string): ProcessEnd {
  return describeStartFailure(file, systemErrorCode(error) ?? '', describeError(error))
}
