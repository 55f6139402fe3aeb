// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import type { ByteShare } from './byte-budget.ts'

// 8 MiB of configuration in base64, and the environment.
const maxBodyBytes = 16 * 1024 * 1024

/** A whole body, or why there is none. */
export type Body = Buffer | 'too large' | 'too many'

/**
 * The body of a request; it ends early when it is too large, or when the requests of all callers together are. How long
 * it may take is the server's `requestTimeout`.
 */
export async function readBody(request: IncomingMessage, share: ByteShare): Promise<Body> {
  if (Number(request.headers['content-length']) > maxBodyBytes) return 'too large'
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Error('Cannot read the body: it does not come as bytes')
    size += chunk.length
    if (size > maxBodyBytes) return 'too large'
    if (!share.grow(chunk.length)) return 'too many'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
