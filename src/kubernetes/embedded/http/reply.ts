// SPDX-License-Identifier: Apache-2.0

import type { ServerResponse } from 'node:http'
import { stringify as formatYaml } from 'yaml'
import type { JsonObject } from '../../../base/index.ts'
import type { StatusError } from '../status/status-error.ts'

/** An answer that is complete. */
export interface Reply {
  readonly code: number
  readonly body: JsonObject | string | Buffer
  readonly format?: 'json' | 'yaml'
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that goes on: it writes the response itself, and resolves when that is over. */
export type StreamedReply = (response: ServerResponse) => Promise<void> | void

/** The answer to a request that is refused. */
export function refusal(error: StatusError): Reply {
  const retry = error.details?.retryAfterSeconds
  return {
    code: error.code,
    body: error.toStatus(),
    ...(retry === undefined ? {} : { headers: { 'retry-after': String(retry) } }),
  }
}

/** Writes a complete answer, with warnings in its head. */
export function sendReply(response: ServerResponse, reply: Reply, warnings: readonly string[] = []): void {
  const { body, format = 'json' } = reply
  const isText = typeof body === 'string' || Buffer.isBuffer(body)
  const content = isText
    ? body
    : format === 'yaml'
      ? formatYaml(body, { aliasDuplicateObjects: false })
      : `${JSON.stringify(body)}\n`
  if (warnings.length > 0) response.setHeader('warning', warnings.map(formatWarning))
  response.writeHead(reply.code, {
    'content-type': reply.contentType ?? (isText ? 'text/plain; charset=utf-8' : `application/${format}`),
    ...(reply.code === 304 ? {} : { 'content-length': Buffer.byteLength(content) }),
    'cache-control': 'no-cache, private',
    ...reply.headers,
  })
  response.end(content)
}

/** As RFC 7234 has it; anything that a header cannot hold is left out. */
function formatWarning(text: string): string {
  return `299 - "${text.replaceAll(/[^\x20-\x7E]/g, '').replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
