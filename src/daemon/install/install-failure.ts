// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** What is thrown for an error of the file system during an installation; others stay as they are. */
export function installFailure(what: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error
  return new PlaitError('daemon/install-failed', what, { cause: error })
}
