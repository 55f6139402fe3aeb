// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../base/index.ts'
import type { ErrorId } from '../base/index.ts'

/** Error codes of the CNI specification, 8 and 999 from the Go library; from 100 on they are the plugins' own. */
export const cniErrorCode = {
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  io: 5,
  decoding: 6,
  invalidConfig: 7,
  invalidNetns: 8,
  tryAgainLater: 11,
  notAvailable: 50,
  limitedConnectivity: 51,
  internal: 999,
} as const

/** What else is known about a failure besides its code and text. */
export interface CniErrorOptions {
  readonly details?: string | undefined
  readonly cause?: unknown
  readonly id?: ErrorId | undefined
}

/** A failure as the CNI protocol tells it. Its `message` is the text form: `msg`, or `msg; details`. */
export class CniError extends Error {
  override readonly name = 'CniError'
  readonly code: number
  /** The text without the details, as it stands in the JSON. */
  readonly msg: string
  readonly details?: string
  readonly id?: ErrorId

  constructor(code: number, message: string, { details, cause, id }: CniErrorOptions = {}) {
    super(details ? `${message}; ${details}` : message, cause === undefined ? undefined : { cause })
    this.code = code
    this.msg = message
    if (details) this.details = details
    const known = id ?? errorIdOf(cause)
    if (known !== undefined) this.id = known
  }
}

/**
 * The error that a runtime is to see. A CniError is given as it is; one that is wrapped keeps its code and
 * gets the text of the whole chain; anything else becomes 999.
 */
export function toCniError(error: unknown): CniError {
  if (error instanceof CniError) return error
  const code = findCniError(error, 0)?.code ?? cniErrorCode.internal
  return new CniError(code, describeError(error), { cause: error, id: errorIdOf(error) })
}

// Same bounds as errorIdOf(): a chain can be circular, an AggregateError large.
const maxDepth = 16
const maxParts = 32

/** The first CniError along the cause chain, then in the parts of an AggregateError. */
function findCniError(error: unknown, depth: number): CniError | undefined {
  if (error instanceof CniError) return error
  if (!(error instanceof Error) || depth > maxDepth) return undefined
  const inCause = findCniError(error.cause, depth + 1)
  if (inCause !== undefined || !(error instanceof AggregateError)) return inCause
  for (const part of error.errors.slice(0, maxParts)) {
    const found = findCniError(part, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
