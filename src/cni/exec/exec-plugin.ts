// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { findPlugin } from './find-plugin.ts'
import type { InvokePlugin, PluginInvocation } from './invocation.ts'
import { pluginEnvironment } from './plugin-environment.ts'
import { killedError, pluginError } from './plugin-error.ts'
import { runPluginProcess } from './plugin-process.ts'
import type { ProcessLimits, ProcessOutcome, ProcessRequest } from './plugin-process.ts'
import { parseRawResult, parseRawVersionInfo } from './raw-result.ts'

/** How programs are run. */
export interface ExecOptions extends Partial<ProcessLimits> {
  /** Gives the path of the program, for programs that are not on this file system. @default findPlugin */
  readonly find?: (type: string, path: readonly string[]) => string | Promise<string>
  /** Runs the program, for programs that do not run here. @default as a child of this process */
  readonly run?: (request: ProcessRequest) => Promise<ProcessOutcome>
  /** Pause before a file that is being written is started again. @default 1000 */
  readonly busyDelayMs?: number
  /** Takes what a plugin that succeeded wrote to standard error; by default that of this process does. */
  readonly onStderr?: (text: string, invocation: PluginInvocation) => void
}

// The kubelet gives up on a sandbox after 2 minutes (its --runtime-request-timeout).
const defaultTimeoutMs = 110_000
const defaultStdoutBytes = 4 << 20
const defaultStderrBytes = 64 << 10

/** A way to run plugins that are programs on this file system, with bounds of its own. */
export function createExec(options: ExecOptions = {}): InvokePlugin {
  const limits: ProcessLimits = {
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    maxStdoutBytes: options.maxStdoutBytes ?? defaultStdoutBytes,
    maxStderrBytes: options.maxStderrBytes ?? defaultStderrBytes,
  }
  const { busyDelayMs = 1000, onStderr = (text) => void process.stderr.write(text) } = options
  const { find = findPlugin, run = runPluginProcess } = options
  return async (invocation) => {
    const request: ProcessRequest = {
      file: await find(invocation.type, invocation.path),
      env: pluginEnvironment(invocation),
      input: JSON.stringify(invocation.config),
      limits,
      signal: invocation.signal,
    }
    const outcome = await runUnlessBusy(() => run(request), busyDelayMs, invocation.signal)
    if (outcome.killed !== undefined) throw killedError(outcome.killed, invocation, limits)
    if (outcome.failure !== undefined) throw pluginError(outcome, outcome.failure)
    if (outcome.stderr !== '') onStderr(outcome.stderr, invocation)
    return readOutput(outcome.stdout, invocation)
  }
}

/**
 * Runs a plugin that is a program on this file system, within 110 seconds and 4 MiB of output. At the deadline
 * and when the signal is aborted it is killed with all that it started.
 *
 * @throws CniError what the plugin printed, or why it could not be run.
 */
export const execPlugin: InvokePlugin = createExec()

const busyAttempts = 6

async function runUnlessBusy(
  run: () => Promise<ProcessOutcome>,
  busyDelayMs: number,
  signal: AbortSignal | undefined,
): Promise<ProcessOutcome> {
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) return { stdout: '', stderr: '', killed: 'signal' }
    const outcome = await run()
    if (!outcome.busy || attempt === busyAttempts) return outcome
    // The file is being replaced by an upgrade; an abort that ends the pause is noticed above.
    await delay(busyDelayMs, signal).catch(() => undefined)
  }
}

function readOutput(stdout: string, { command, config }: PluginInvocation): JsonObject | undefined {
  if (command === 'ADD') return parseRawResult(stdout, config)
  return command === 'VERSION' ? parseRawVersionInfo(stdout) : undefined
}
