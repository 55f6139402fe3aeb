// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from './plait-error.ts'

/** Something did not happen before its deadline; the message says what and after how long. */
export class TimeoutError extends PlaitError {
  override readonly name = 'TimeoutError'

  constructor(message: string, options?: { cause?: unknown }) {
    super('system/timeout', message, options)
  }
}
