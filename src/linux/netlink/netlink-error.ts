// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import { errnoCode, goErrnoText } from '../sys/errno.ts'
import { idOfErrno } from '../sys/system-call-error.ts'

/** What the kernel answered. */
export interface NetlinkFailure {
  readonly errno: number
  /** The request in words, such as `RTM_NEWLINK macvlan net1`. */
  readonly request: string
  /** The kernel's own explanation, when it gave one. */
  readonly extack?: string | undefined
}

/** A netlink request that the kernel refused: `RTM_NEWLINK macvlan net1: file exists (explanation)`. */
export class NetlinkError extends PlaitError {
  override readonly name = 'NetlinkError'
  readonly errno: number
  /** The name of the error number, such as `EEXIST`. */
  readonly code: string
  /** Go's text of the error number, such as `file exists`; plugin messages end in it. */
  readonly errnoText: string
  readonly request: string
  readonly extack?: string

  constructor({ errno, request, extack }: NetlinkFailure, options?: { cause?: unknown }) {
    const text = goErrnoText(errno)
    super(idOfErrno(errno), `${request}: ${text}${extack === undefined ? '' : ` (${extack})`}`, options)
    this.errno = errno
    this.code = errnoCode(errno)
    this.errnoText = text
    this.request = request
    if (extack !== undefined) this.extack = extack
  }
}

/** Whether an error is the kernel's refusal with one of these codes, such as `EEXIST`. */
export function isNetlinkError(error: unknown, ...codes: readonly string[]): error is NetlinkError {
  return error instanceof NetlinkError && (codes.length === 0 || codes.includes(error.code))
}
