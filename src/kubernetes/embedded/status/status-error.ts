// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../../base/index.ts'
import type { ErrorId, JsonObject } from '../../../base/index.ts'

/** One of the reasons that a Status may name, with what it concerns. */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

/** What a Status says about the object that it is about. */
export interface StatusDetails {
  readonly name?: string | undefined
  readonly group?: string | undefined
  /** The plural for most errors, the kind for an invalid object. */
  readonly kind?: string | undefined
  readonly uid?: string | undefined
  readonly causes?: readonly StatusCause[] | undefined
  readonly retryAfterSeconds?: number | undefined
}

/** What makes a Status. */
export interface StatusFields {
  /** HTTP status code. */
  readonly code: number
  /** Reason of the Kubernetes API, such as `NotFound`; empty when it has none. */
  readonly reason: string
  readonly message: string
  readonly details?: StatusDetails | undefined
}

/** A request that the API refuses; it becomes the Status object that the client sees. */
export class StatusError extends PlaitError {
  override readonly name = 'StatusError'
  readonly code: number
  readonly reason: string
  readonly details: StatusDetails | undefined

  constructor({ code, reason, message, details }: StatusFields, options?: { cause?: unknown }) {
    super(idOf(code), message, options)
    this.code = code
    this.reason = reason
    this.details = details
  }

  /** The object that goes over the wire. */
  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: formatDetails(this.details) }),
      code: this.code,
    }
  }
}

/** The Status of a deletion that is done. */
export function successStatus(details: StatusDetails): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: formatDetails(details),
  }
}

function formatDetails(details: StatusDetails): JsonObject {
  const { causes, ...rest } = details
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined && value !== '')
  const said = causes?.map((cause) => ({ ...cause }))
  return { ...Object.fromEntries(entries), ...(said === undefined ? {} : { causes: said }) }
}

function idOf(code: number): ErrorId {
  return idsByCode.get(code) ?? (code >= 500 ? 'kubernetes/server-error' : 'kubernetes/invalid')
}

const idsByCode: ReadonlyMap<number, ErrorId> = new Map([
  [401, 'kubernetes/unauthorized'],
  [403, 'kubernetes/forbidden'],
  [404, 'kubernetes/not-found'],
  [409, 'kubernetes/conflict'],
  [410, 'kubernetes/expired'],
  [429, 'kubernetes/busy'],
])
