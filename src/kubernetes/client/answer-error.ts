// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson } from '../../base/index.ts'
import type { ErrorId, JsonObject } from '../../base/index.ts'
import { numberField, objectField, stringField } from '../resources/fields.ts'
import { ApiError } from './api-error.ts'

// Of a page that is no Status object, and of the message of one, which lists all that is wrong with an object.
const maxTextLength = 512
const maxMessageLength = 4096

const idsByStatus: Readonly<Record<number, ErrorId>> = {
  400: 'kubernetes/invalid',
  401: 'kubernetes/unauthorized',
  403: 'kubernetes/forbidden',
  404: 'kubernetes/not-found',
  405: 'kubernetes/invalid',
  406: 'kubernetes/invalid',
  409: 'kubernetes/conflict',
  410: 'kubernetes/expired',
  413: 'kubernetes/invalid',
  415: 'kubernetes/invalid',
  422: 'kubernetes/invalid',
  429: 'kubernetes/busy',
  504: 'kubernetes/timeout',
}

/** An answer that is not a success. */
export interface FailedAnswer {
  readonly status: number
  readonly body: string
  /** The header of this name, in seconds. */
  readonly retryAfter?: string | undefined
}

/**
 * The error for an answer of the API server: `attempt` completes "Cannot …", such as `get pod default/web`.
 * The body is a Status object, or any text when something before the server answered.
 */
export function errorFromAnswer(attempt: string, { status, body, retryAfter }: FailedAnswer): ApiError {
  return errorFromStatusObject(attempt, parseStatus(body), { status, body, retryAfter })
}

/** The error for a Status object, as a watch sends it in an ERROR event with HTTP status 200. */
export function errorFromStatusObject(attempt: string, object: JsonObject, answer?: FailedAnswer): ApiError {
  const status = answer?.status ?? numberField(object, 'code') ?? 500
  const reason = stringField(object, 'reason') ?? ''
  const message = stringField(object, 'message')?.slice(0, maxMessageLength)
  const detail = message || textOfAnswer(attempt, status, answer?.body ?? '')
  return new ApiError(idOfStatus(status), `Cannot ${attempt}: ${detail}`, {
    status,
    reason,
    detail,
    retryAfterMs: retryAfterMs(object, answer?.retryAfter),
  })
}

function idOfStatus(status: number): ErrorId {
  return idsByStatus[status] ?? (status >= 500 ? 'kubernetes/server-error' : 'kubernetes/bad-response')
}

function parseStatus(body: string): JsonObject {
  try {
    const value = parseJson(body)
    return isJsonObject(value) && value['kind'] === 'Status' ? value : {}
  } catch {
    return {} // A proxy's page, or nothing: the HTTP status speaks for itself.
  }
}

// A path that the server does not serve gets a bare "404 page not found": that is a resource type which is not
// installed, and client-go words it so.
function textOfAnswer(attempt: string, status: number, body: string): string {
  if (status === 404) return `the server could not find the requested resource (${attempt})`
  const text = body.replaceAll(/\s+/g, ' ').trim().slice(0, maxTextLength)
  return text === '' ? `the server answered with HTTP status ${status}` : `HTTP status ${status}: ${text}`
}

function retryAfterMs(object: JsonObject, header: string | undefined): number | undefined {
  const seconds = Number(
    header ?? numberField(objectField(object, 'details'), 'retryAfterSeconds') ?? Number.NaN,
  )
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}
