// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../../base/index.ts'
import { CniError, cniErrorCode, toCniError } from '../../cni/index.ts'
import type { CniCall } from './cni-call.ts'

const tryAgainIds = new Set<string | undefined>([
  'daemon/busy',
  'daemon/stopping',
  'daemon/caller-gone',
  'daemon/host-gone',
  'system/queue-full',
])

/**
 * The error that the caller is to see. What has nothing to do with the call itself is "try again later" (11), and for
 * STATUS "not available" (50); what has no code of its own is 999.
 */
export function callError(error: unknown, { environment }: Pick<CniCall, 'environment'>): CniError {
  if (error instanceof CniError || !tryAgainIds.has(errorIdOf(error))) return toCniError(error)
  const { notAvailable, tryAgainLater } = cniErrorCode
  const code = environment.CNI_COMMAND === 'STATUS' ? notAvailable : tryAgainLater
  return new CniError(code, describeError(error), { cause: error })
}

/** The error of a call that was ended from outside: the signal's reason says why, `error` what was taken back. */
export function givenUp(error: unknown, { reason }: AbortSignal): CniError {
  const id = errorIdOf(reason) ?? 'daemon/request-timeout'
  const [why, what] = [describeError(reason), describeError(error)]
  const message = what.includes(why) ? what : `${why}: ${what}`
  return new CniError(cniErrorCode.tryAgainLater, message, { cause: error, id })
}
