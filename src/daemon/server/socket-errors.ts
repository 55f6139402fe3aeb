// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** The directory of the socket is open to others. */
export function socketUnsafe(directory: string, problem: string): PlaitError {
  const remedy = 'choose another "socketDir" or give it to root with mode 0700'
  return new PlaitError(
    'daemon/socket-unsafe',
    `Cannot put the socket into ${directory}: ${problem}; ${remedy}`,
  )
}

/** The socket could not be made. */
export function socketFailed(path: string, problem: string, cause?: unknown): PlaitError {
  return new PlaitError('daemon/socket-failed', `Cannot listen on ${path}: ${problem}`, { cause })
}

/** Another daemon answers on the socket, and does not end. */
export function socketOwned(path: string, holder: string, waitMs: number): PlaitError {
  return new PlaitError(
    'daemon/socket-owned',
    `Cannot take over ${path}: ${holder} answers there, and has not begun to stop within ${waitMs / 1000} s; ` +
      'stop it, or choose another "socketDir"',
  )
}
