// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import { isJsonObject, parseJson, PlaitError, TimeoutError, toError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { objectField, stringField } from '../resources/fields.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import type { Resource } from '../resources/resource.ts'
import { errorFromStatusObject } from './answer-error.ts'
import { ApiError } from './api-error.ts'
import { errorFromConnection } from './connection-error.ts'
import { chunksOf, OversizeError } from './exchange.ts'
import { LineSplitter } from './line-splitter.ts'

/** A change, or the news that nothing up to a resource version was missed. */
export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T; readonly resourceVersion: string }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

/** How a stream of changes is read. */
export interface WatchReading<T extends KubernetesObject> {
  readonly resource: Resource<T>
  /** Completes "Cannot …", such as `watch pods`. */
  readonly attempt: string
  readonly url: string
  /** Silence after which the connection counts as dead. */
  readonly idleTimeoutMs: number
  readonly maxEventBytes: number
  readonly signal?: AbortSignal | undefined
  /** Takes what cannot be parsed; without it, that ends the watch. */
  readonly onInvalid?: ((error: Error, object: JsonObject) => void) | undefined
}

/**
 * The changes that a server streams, one JSON object a line, until it ends the stream.
 *
 * @throws ApiError when the connection breaks or is silent for too long, when a line is cut short or is not an event,
 * and for the server's own ERROR events (`kubernetes/expired` is the usual one); the signal's reason.
 */
export async function* readWatch<T extends KubernetesObject>(
  response: IncomingMessage,
  reading: WatchReading<T>,
): AsyncGenerator<WatchEvent<T>, void> {
  const lines = new LineSplitter(reading.maxEventBytes)
  using guard = new SilenceGuard(response, reading)
  try {
    for await (const chunk of chunksOf(response)) {
      guard.pause()
      for (const line of lines.push(chunk)) {
        const event = parseEvent(line, reading)
        if (event !== undefined) yield event
      }
      guard.resume()
    }
  } catch (error) {
    throw failureOf(error, reading)
  } finally {
    response.destroy()
  }
  if (lines.pending > 0) throw badEvent(reading, 'the stream ended within an event')
}

function failureOf<T extends KubernetesObject>(error: unknown, reading: WatchReading<T>): Error {
  if (reading.signal?.aborted === true) return toError(reading.signal.reason)
  if (error instanceof OversizeError) return badEvent(reading, error.message)
  if (error instanceof PlaitError && !(error instanceof TimeoutError)) return error
  return errorFromConnection({ ...reading, method: 'GET' }, error)
}

function parseEvent<T extends KubernetesObject>(
  line: string,
  reading: WatchReading<T>,
): WatchEvent<T> | undefined {
  const event = parseLine(line, reading)
  const type = stringField(event, 'type')
  const object = objectField(event, 'object')
  const resourceVersion = stringField(objectField(object, 'metadata'), 'resourceVersion') ?? ''
  if (type === 'BOOKMARK') return { type, resourceVersion }
  if (type === 'ERROR') throw errorFromStatusObject(reading.attempt, object)
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return undefined
  const parsed = tryParse(object, reading)
  return parsed === undefined
    ? { type: 'BOOKMARK', resourceVersion }
    : { type, object: parsed, resourceVersion }
}

function parseLine<T extends KubernetesObject>(line: string, reading: WatchReading<T>): JsonObject {
  try {
    const value = parseJson(line)
    if (isJsonObject(value)) return value
  } catch (error) {
    throw badEvent(reading, `an event is not JSON: ${toError(error).message}`)
  }
  throw badEvent(reading, 'an event is JSON, but not an object')
}

function tryParse<T extends KubernetesObject>(object: JsonObject, reading: WatchReading<T>): T | undefined {
  try {
    return reading.resource.parse(object)
  } catch (error) {
    if (reading.onInvalid === undefined) throw error
    reading.onInvalid(toError(error), object)
    return undefined
  }
}

function badEvent({ attempt }: { readonly attempt: string }, detail: string): ApiError {
  return new ApiError('kubernetes/bad-response', `Cannot ${attempt}: ${detail}`, {
    status: 0,
    reason: '',
    detail,
  })
}

// Breaks the connection off when it is silent for too long, or when the signal says so. The time that the consumer
// takes over an event does not count.
class SilenceGuard implements Disposable {
  readonly #response: IncomingMessage
  readonly #idleTimeoutMs: number
  readonly #signal: AbortSignal | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(
    response: IncomingMessage,
    { idleTimeoutMs, signal }: { readonly idleTimeoutMs: number; readonly signal?: AbortSignal | undefined },
  ) {
    this.#response = response
    this.#idleTimeoutMs = idleTimeoutMs
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
    if (signal?.aborted === true) this.#onAbort()
    this.resume()
  }

  pause(): void {
    clearTimeout(this.#timer)
  }

  resume(): void {
    this.#timer = setTimeout(() => {
      this.#response.destroy(new TimeoutError(`nothing came for ${this.#idleTimeoutMs} ms`))
    }, this.#idleTimeoutMs)
  }

  [Symbol.dispose](): void {
    this.pause()
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => {
    this.#response.destroy(toError(this.#signal?.reason))
  }
}
