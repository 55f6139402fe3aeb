// SPDX-License-Identifier: Apache-2.0

import { PlaitError, systemErrorCode } from '../../base/index.ts'

/** What is thrown for an error of the file system during an installation; others stay as they are. */
export function installFailure(what: string, error: unknown): unknown {
  if (systemErrorCode(error) === undefined) return error
  return new PlaitError('daemon/install-failed', what, { cause: error })
}
