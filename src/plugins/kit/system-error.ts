// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import { goErrnoText } from '../../linux/index.ts'

/** What failed and why, as Go writes it (`open /x: no such file or directory`), for errors of Node's file functions. */
export function systemErrorText(error: unknown): string {
  if (!isSystemError(error) || error.errno === undefined) return describeError(error)
  const path = error.path === undefined ? '' : ` ${error.path}`
  return `${error.syscall ?? 'system call'}${path}: ${goErrnoText(-error.errno)}`
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number'
}
