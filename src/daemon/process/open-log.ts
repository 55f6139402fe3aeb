// SPDX-License-Identifier: Apache-2.0

import { openSync, writeSync } from 'node:fs'
import { createLog, PlaitError, silentLog } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { DaemonConfig } from '../config/daemon-config.ts'

/**
 * The log that the configuration asks for: standard error, a file that lines are appended to, or both.
 *
 * @throws PlaitError `daemon/config-invalid` when the file cannot be opened.
 */
export function openLog({ logLevel, logFile, logToStderr }: DaemonConfig): Log {
  const descriptors = [...(logToStderr ? [2] : []), ...(logFile === undefined ? [] : [openFile(logFile)])]
  if (descriptors.length === 0) return silentLog
  return createLog({ level: logLevel, destination: { write: (line) => writeTo(descriptors, line) } })
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (error) {
    const text = `Cannot write the log to ${path}; correct "logFile"`
    throw new PlaitError('daemon/config-invalid', text, { cause: error })
  }
}

function writeTo(descriptors: readonly number[], line: string): void {
  for (const descriptor of descriptors) {
    try {
      writeSync(descriptor, line)
    } catch {
      // A full disk or a closed pipe: pods must get their networks all the same, and there is no place to say it.
    }
  }
}
