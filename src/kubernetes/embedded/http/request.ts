// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'

/** A request as the routes see it. */
export interface ApiRequest {
  readonly method: string
  /** Path segments, decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly accept: string
  readonly contentType: string
  readonly userAgent: string
  readonly ifNoneMatch: string
  /** Host and port as the client names them. */
  readonly host: string
  /** The body, read once, within the bound. @throws StatusError 413 */
  readonly body: () => Promise<Buffer>
  /** Ends when the client is gone. */
  readonly signal: AbortSignal
  /** Texts that the client is warned with, whatever the answer. */
  readonly warnings: string[]
}

/** The parts of a request that its head tells; undefined when the URL cannot be read. */
export function parseHead(
  message: IncomingMessage,
): Omit<ApiRequest, 'body' | 'signal' | 'warnings'> | undefined {
  const [rawPath = '', rawQuery = ''] = splitOnce(message.url ?? '', '?')
  const path = decodePath(rawPath)
  if (path === undefined) return undefined
  const { headers } = message
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(rawQuery),
    accept: headers.accept ?? '',
    contentType: headers['content-type'] ?? '',
    userAgent: headers['user-agent'] ?? '',
    ifNoneMatch: headers['if-none-match'] ?? '',
    host: headers.host ?? '',
  }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decodePath(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
  } catch {
    // A malformed escape: no such path.
    return undefined
  }
}

/** Whether a query parameter says yes: `true` or `1`. */
export function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value === 'true' || value === '1'
}

/** A query parameter as a whole number; undefined when absent or not one. */
export function numberParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? ''
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}
