// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { ErrorId } from '../../base/index.ts'
import { errnoCode, goErrnoText } from './errno.ts'

/** A system call that failed; the message ends in Go's text of the error number. */
export class SystemCallError extends PlaitError {
  override readonly name = 'SystemCallError'
  readonly errno: number
  /** The name of the error number, such as `EPERM`. */
  readonly code: string

  constructor(what: string, errno: number) {
    super(idOfErrno(errno), `${what}: ${goErrnoText(errno)}`)
    this.errno = errno
    this.code = errnoCode(errno)
  }
}

const idsByCode: Readonly<Record<string, ErrorId>> = {
  EPERM: 'net/not-permitted',
  EACCES: 'net/not-permitted',
  EOPNOTSUPP: 'net/not-supported',
  EEXIST: 'net/already-exists',
  ENODEV: 'net/link-missing',
  EBUSY: 'net/busy',
  ETIMEDOUT: 'net/no-answer',
}

/** The catalogue's id for an error number of the kernel. */
export function idOfErrno(errno: number): ErrorId {
  return idsByCode[errnoCode(errno)] ?? 'net/kernel-refused'
}

/** The error number inside an error of node:fs; undefined for any other error. */
export function errnoOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return undefined
  return Math.abs(error.errno)
}
