// SPDX-License-Identifier: Apache-2.0

import { unlinkSync } from 'node:fs'
import { systemErrorCode } from '../errors/system-error-code.ts'

/** Removes a file; one that is not there is no error. Node's own `rmSync` looks at the file twice before it does so. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}
