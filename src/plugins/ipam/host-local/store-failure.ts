// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../../base/index.ts'
import { cniErrorCode, CniError } from '../../../cni/index.ts'
import { systemErrorText } from '../../kit/system-error.ts'

/** The failure to use the directory of reservations, in one line with what to do. */
export function storeFailure(what: string, cause: unknown): CniError {
  const id = errorIdOf(cause)
  const problem = systemErrorText(cause)
  if (id !== undefined) return new CniError(cniErrorCode.io, `Cannot ${what}: ${problem}`, { id })
  const [call = '', path = ''] = /^\w+(?: (\S+))?: /.exec(problem) ?? []
  const text = `Cannot ${what}: ${what.endsWith(path) ? problem.slice(call.length) : problem}`
  const details = 'free space on that file system, make it writable, or set ipam.dataDir'
  return new CniError(cniErrorCode.io, text, { details, id: 'ipam/store-unusable' })
}
