// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from './plait-error.ts'
import { formatShellCommand } from '../command/shell-command.ts'

/** What became of a command that failed. */
export interface CommandFailure {
  readonly command: readonly string[]
  /** Absent when the program did not start or was killed. */
  readonly exitCode: number | null
  readonly stderr: string
  /** Says what happened when there is no exit code, such as "killed after 5000 ms". */
  readonly reason?: string
}

/** A child process that failed; its message contains the command in a form that can be pasted into a shell. */
export class CommandError extends PlaitError {
  override readonly name = 'CommandError'
  readonly command: readonly string[]
  readonly exitCode: number | null
  readonly stderr: string

  constructor(failure: CommandFailure, options?: { cause?: unknown }) {
    super('system/command-failed', formatFailure(failure), options)
    this.command = failure.command
    this.exitCode = failure.exitCode
    this.stderr = failure.stderr
  }
}

function formatFailure({ command, exitCode, stderr, reason }: CommandFailure): string {
  const what = reason ?? `exit code ${exitCode ?? 'unknown'}`
  const said = stderr.trim()
  return `Cannot run ${formatShellCommand(command)}: ${what}${said === '' ? '' : `: ${said}`}`
}
