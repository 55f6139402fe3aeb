// SPDX-License-Identifier: Apache-2.0

import { IncomingMessage } from 'node:http'
import { delay, isJsonObject, parseJson, toError } from '../../base/index.ts'
import type { JsonObject, JsonValue, Log } from '../../base/index.ts'
import { errorFromAnswer } from './answer-error.ts'
import { ApiError } from './api-error.ts'
import type { ClientConfig } from './client-config.ts'
import { errorFromConnection } from './connection-error.ts'
import { CredentialSource } from './credentials.ts'
import type { Credentials } from './credentials.ts'
import { OversizeError, StaleConnectionError } from './exchange.ts'
import { Transport } from './transport.ts'
import type { HttpAnswer, HttpRequest } from './transport.ts'

/** One call of the API. */
export interface ApiCall {
  /** Completes "Cannot …", such as `get pod default/web`. */
  readonly attempt: string
  readonly method: string
  readonly path: string
  readonly body?: JsonValue | undefined
  /** Of the body. @default `application/json` */
  readonly contentType?: string | undefined
  /** For all tries together. */
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/** What a {@link Requester} needs besides the configuration. */
export interface RequesterOptions {
  readonly log: Log
  readonly userAgent: string
  readonly credentialMaxAgeMs?: number | undefined
}

// A server that keeps asking to come back later is believed so often.
const maxTries = 5
const credentialIds: ReadonlySet<string> = new Set([
  'kubernetes/unauthorized',
  'kubernetes/certificate',
  'kubernetes/credentials',
])

/** Calls of the API as JSON: fresh credentials after a refusal, a pause when the server asks for one, errors as ApiError. */
export class Requester implements Disposable {
  readonly #transport: Transport
  readonly #credentials: CredentialSource

  constructor(config: ClientConfig, { log, userAgent, credentialMaxAgeMs }: RequesterOptions) {
    this.#transport = new Transport(config, userAgent)
    this.#credentials = new CredentialSource(config, { log, maxAgeMs: credentialMaxAgeMs })
  }

  /**
   * The object that the server answers.
   *
   * @throws ApiError; PlaitError `kubernetes/credentials`; the signal's reason.
   */
  async call(call: ApiCall): Promise<JsonObject> {
    return this.#tryOften(call, async (request) => {
      const answer = await this.#transport.send(request)
      if (answer.status < 200 || answer.status > 299) throw refusal(call, answer)
      return parseAnswer(call, answer.body)
    })
  }

  /** The answer with its body still to come, for a watch; the caller destroys it. Throws as {@link call}. */
  async open(call: ApiCall): Promise<IncomingMessage> {
    return this.#tryOften(call, async (request) => {
      const answer = await this.#transport.open(request)
      if (answer instanceof IncomingMessage) return answer
      throw refusal(call, answer)
    })
  }

  /** Closes all connections. */
  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]()
  }

  async #tryOften<T>(call: ApiCall, perform: (request: HttpRequest) => Promise<T>): Promise<T> {
    const deadline = performance.now() + call.timeoutMs
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const contentType = body === undefined ? undefined : (call.contentType ?? 'application/json')
    for (let tries = 1; ; tries++) {
      const credentials = await this.#credentials.current()
      const timeoutMs = Math.max(deadline - performance.now(), 1)
      try {
        return await perform({ ...call, body, contentType, credentials, timeoutMs })
      } catch (error) {
        const failure = this.#failureOf(call, error)
        if (tries >= maxTries || !(await this.#mayTryAgain(call, { error, failure, credentials, deadline })))
          throw failure
      }
    }
  }

  #failureOf(call: ApiCall, error: unknown): Error {
    if (call.signal?.aborted === true) return toError(call.signal.reason)
    if (error instanceof ApiError) return error
    if (error instanceof OversizeError) return badResponse(call, error.message, error)
    return errorFromConnection({ ...call, url: this.#transport.urlOf(call.path) }, error)
  }

  async #mayTryAgain(call: ApiCall, { error, failure, credentials, deadline }: Failed): Promise<boolean> {
    // A POST that was handled although the connection broke would be done twice.
    if (error instanceof StaleConnectionError) return call.method !== 'POST'
    if (!(failure instanceof ApiError)) return false
    // The files may have been replaced since they were read, or one of two while they were.
    if (credentialIds.has(failure.id)) return differ(await this.#credentials.refresh(), credentials)
    const { retryAfterMs } = failure
    if (retryAfterMs === undefined || !failure.transient) return false
    if (performance.now() + retryAfterMs >= deadline) return false
    await delay(retryAfterMs, call.signal)
    return true
  }
}

interface Failed {
  /** As it was thrown, and as the caller gets it. */
  readonly error: unknown
  readonly failure: Error
  readonly credentials: Credentials
  readonly deadline: number
}

function differ(one: Credentials, other: Credentials): boolean {
  const keys = ['authorization', 'ca', 'cert', 'key'] as const
  return keys.some((key) => one[key] !== other[key])
}

function refusal({ attempt }: ApiCall, answer: HttpAnswer): ApiError {
  return errorFromAnswer(attempt, { ...answer, body: answer.body.toString('utf8') })
}

function parseAnswer(call: ApiCall, body: Buffer): JsonObject {
  let problem = 'the answer is JSON, but not an object'
  try {
    const value = parseJson(body)
    if (isJsonObject(value)) return value
  } catch (error) {
    problem = `the answer is not JSON: ${toError(error).message}`
  }
  throw badResponse(call, problem)
}

function badResponse({ attempt }: ApiCall, detail: string, cause?: unknown): ApiError {
  const message = `Cannot ${attempt}: ${detail}; check that the address is the API server's`
  return new ApiError('kubernetes/bad-response', message, { status: 0, reason: '', detail, cause })
}
