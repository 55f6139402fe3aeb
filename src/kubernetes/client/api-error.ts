// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { ErrorId } from '../../base/index.ts'

/** What is known about a failed request. */
export interface ApiFailure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** `reason` of the Status object, such as `NotFound` or `AlreadyExists`; empty when there is none. */
  readonly reason: string
  /** The bare text, as kubectl or a Go client would print it, for messages that have to stay upstream's. */
  readonly detail: string
  /** How long the server asks to wait before another attempt. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A request to the API server that failed; the message says what was attempted, `detail` is the bare answer. */
export class ApiError extends PlaitError implements ApiFailure {
  override readonly name = 'ApiError'
  readonly status: number
  readonly reason: string
  readonly detail: string
  readonly retryAfterMs: number | undefined

  constructor(id: ErrorId, message: string, failure: ApiFailure) {
    super(id, message, failure.cause === undefined ? {} : { cause: failure.cause })
    this.status = failure.status
    this.reason = failure.reason
    this.detail = failure.detail
    this.retryAfterMs = failure.retryAfterMs
  }

  /** Whether the same request may well succeed a moment later: no answer, too busy, or a failure of the server. */
  get transient(): boolean {
    return this.status === 0 ? transientIds.has(this.id) : this.status === 429 || this.status >= 500
  }
}

const transientIds: ReadonlySet<string> = new Set(['kubernetes/unreachable', 'kubernetes/timeout'])
