// SPDX-License-Identifier: Apache-2.0

import { systemErrorCode, TimeoutError, toError } from '../../base/index.ts'
import { ApiError } from './api-error.ts'

// Go's words for the failures of a connection, which people and tools look for in events.
const goWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ECONNRESET: 'read: connection reset by peer',
  EPIPE: 'write: broken pipe',
  ETIMEDOUT: 'i/o timeout',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ENOTFOUND: 'no such host',
}

/** Which request did not get its answer. */
export interface LostRequest {
  /** Completes "Cannot …", such as `get pod default/web`. */
  readonly attempt: string
  readonly method: string
  readonly url: string
}

/** The error for a request that got no answer, or only a part of one. */
export function errorFromConnection(request: LostRequest, thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  const error = firstPart(toError(thrown))
  const { id, remedy } = classify(error)
  const { origin } = new URL(request.url)
  const detail = goText(request, error)
  return new ApiError(id, `Cannot ${request.attempt}: ${origin}: ${wordsFor(error)}; ${remedy}`, {
    status: 0,
    reason: '',
    detail,
    cause: error,
  })
}

// Several addresses of one name give an AggregateError without a message of its own.
function firstPart(error: Error): Error {
  if (!(error instanceof AggregateError) || error.errors.length === 0) return error
  return toError(error.errors[0])
}

function classify(error: Error) {
  if (error instanceof TimeoutError) {
    return {
      id: 'kubernetes/timeout',
      remedy: 'look at the load of the API server and the path to it',
    } as const
  }
  const code = systemErrorCode(error) ?? ''
  // OpenSSL read our own files and did not like them.
  if (code.startsWith('ERR_OSSL')) {
    return {
      id: 'kubernetes/credentials',
      remedy: 'check that client certificate and key are PEM of one pair',
    } as const
  }
  if (/^ERR_SSL_.*ALERT/.test(code)) {
    return {
      id: 'kubernetes/unauthorized',
      remedy: 'look at the client certificate: the server refused it',
    } as const
  }
  if (isCertificateProblem(code)) {
    return {
      id: 'kubernetes/certificate',
      remedy: 'compare the CA and the address with the cluster',
    } as const
  }
  return { id: 'kubernetes/unreachable', remedy: 'look at the API server and the path to it' } as const
}

// Node gives OpenSSL's verification results as bare names; they have no common prefix.
function isCertificateProblem(code: string): boolean {
  return /^ERR_(TLS|SSL)|CERT|UNABLE_TO|SELF_SIGNED/.test(code)
}

function wordsFor(error: Error): string {
  const words = goWords[systemErrorCode(error) ?? '']
  return words === undefined ? error.message : words.replace(/^\w+: /, '')
}

function goText({ method, url }: LostRequest, error: Error): string {
  const verb = `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`
  if (error instanceof TimeoutError) return `${verb} "${url}": context deadline exceeded`
  const words = goWords[systemErrorCode(error) ?? '']
  const { hostname, port, protocol } = new URL(url)
  const peer = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
  return words === undefined
    ? `${verb} "${url}": ${error.message}`
    : `${verb} "${url}": dial tcp ${peer}: ${words}`
}
