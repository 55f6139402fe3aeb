// SPDX-License-Identifier: Apache-2.0

// For the tests of this folder: calls over HTTP.

import { isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import type { EmbeddedApiServer } from './server.ts'

/** The path of the config maps of the namespace `default`. */
export const configMaps = '/api/v1/namespaces/default/configmaps'

/** What the server answered. */
interface Answer {
  readonly code: number
  readonly headers: Headers
  readonly body: JsonObject
  readonly text: string
}

/** What to send to it. */
export interface Call {
  readonly method?: string
  readonly body?: JsonValue | string
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, and its answer in whole. */
export async function call(
  server: EmbeddedApiServer,
  path: string,
  { method = 'GET', body, headers = {} }: Call = {},
): Promise<Answer> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(server.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: sent }),
  })
  const text = await response.text()
  return { code: response.status, headers: response.headers, body: parse(text), text }
}

/** The object in a text of JSON, or an empty one. */
export function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {} // not all answers are JSON
  }
}
