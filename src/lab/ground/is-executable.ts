// SPDX-License-Identifier: Apache-2.0

import { accessSync, constants } from 'node:fs'

/** Whether a file is there and this process may execute it. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not for us
  }
}
