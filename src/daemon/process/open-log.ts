// SPDX-License-Identifier: Apache-2.0

import { writeSync } from 'node:fs'
import { createLog, PlaitError, RotatingFile, silentLog } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { DaemonConfig } from '../config/daemon-config.ts'

/** The log of the process. */
export interface OpenedLog {
  readonly log: Log
  /** Opens the file anew, for a program that moves log files. */
  readonly reopen: () => void
}

/** What of the daemon's file the log is made from. */
export type LogSettings = Pick<DaemonConfig, 'logLevel' | 'logFile' | 'logToStderr' | 'logOptions'>

/**
 * The log that the configuration asks for: standard error, a file that lines are appended to, or both.
 *
 * @throws PlaitError `daemon/config-invalid` when the file cannot be opened.
 */
export function openLog({ logLevel: level, logFile, logToStderr, logOptions }: LogSettings): OpenedLog {
  if (logFile === undefined) {
    const log = logToStderr ? createLog({ level, destination: { write: toStderr } }) : silentLog
    return { log, reopen: () => undefined }
  }
  // It is told in the log itself what is wrong with the files before it.
  const onProblem = (error: Error): void =>
    log.warn({ error, logFile }, 'log files could not be kept in order')
  const file = openFile(logFile, { ...logOptions, onProblem })
  const write = (line: string): void => {
    if (logToStderr) toStderr(line)
    tolerate(() => file.write(line))
  }
  const log = createLog({ level, destination: { write } })
  return { log, reopen: () => tolerate(() => file.reopen()) }
}

function openFile(path: string, options: ConstructorParameters<typeof RotatingFile>[1]): RotatingFile {
  try {
    return new RotatingFile(path, options)
  } catch (error) {
    const text = `Cannot write the log to ${path}; correct "logFile"`
    throw new PlaitError('daemon/config-invalid', text, { cause: error })
  }
}

function toStderr(line: string): void {
  tolerate(() => writeSync(2, line))
}

function tolerate(write: () => void): void {
  try {
    write()
  } catch {
    // A full disk or a closed pipe: pods must get their networks all the same, and there is no place to say it.
  }
}
