// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** Why a call is not run: the daemon is about to end. */
export function stopping(): PlaitError {
  return new PlaitError('daemon/stopping', 'Cannot run the request: the daemon is stopping; try again later')
}

/** Why a call is not run: others had every place for as long as it was allowed to wait. */
export function busy(waitMs: number): PlaitError {
  const text = `Cannot run the request: its turn did not come within ${waitMs / 1000} s; try again later`
  return new PlaitError('daemon/busy', text)
}

/** Why a call is given up in its middle. */
export function overdue(callMs: number): PlaitError {
  const text = `Cannot finish the request: it took longer than ${callMs / 1000} s, with the wait for its turn; try again later`
  return new PlaitError('daemon/request-timeout', text)
}
