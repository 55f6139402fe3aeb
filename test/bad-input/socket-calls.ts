// SPDX-License-Identifier: Apache-2.0

import { connect } from 'node:net'
import { encodeFrame, frameType } from '../../src/daemon/index.ts'
import { encodeShimRequest } from '../../src/daemon/protocol/request.ts'

/** What came of some bytes that were sent to a socket. */
export interface SocketEnd {
  readonly answer: Buffer
  readonly ms: number
}

/** How long a caller has patience. */
export interface Patience {
  /** It closes its half after so long without an answer, so that nobody waits for the rest of a request. */
  readonly halfCloseMs: number
  /** Then the daemon must have closed the connection within so long. */
  readonly timeoutMs: number
}

/**
 * Sends bytes and reads until the daemon closes.
 *
 * @throws Error when the daemon does not close in time.
 */
export async function sendBytes(
  path: string,
  bytes: Buffer,
  { halfCloseMs, timeoutMs }: Patience,
): Promise<SocketEnd> {
  const startedMs = performance.now()
  const socket = connect({ path, allowHalfOpen: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined) // Closed while it still wrote: the end that counts is 'close'.
  const halfClose = setTimeout(() => socket.end(), halfCloseMs)
  socket.once('end', () => socket.end())
  socket.write(bytes)
  const isClosed = await new Promise<boolean>((resolve) => {
    socket.once('close', () => resolve(true))
    socket.setTimeout(timeoutMs, () => resolve(false))
  })
  clearTimeout(halfClose)
  socket.destroy()
  if (!isClosed)
    throw new Error(`Neither answered nor closed within ${timeoutMs} ms: ${bytes.toString('latin1')}`)
  return { answer: Buffer.concat(chunks), ms: performance.now() - startedMs }
}

const upgrade =
  'GET /plait-shim HTTP/1.1\r\nHost: plait\r\nConnection: Upgrade\r\nUpgrade: plait-shim/1\r\n\r\n'

/** One call, in any of the forms that the socket takes. */
export interface CallParts {
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: string
}

/** The bytes that a shim of ours sends. */
export function shimCall({ environment, stdin }: CallParts, program = 'multus-shim'): Buffer {
  const request = encodeShimRequest({ program, environment, stdin: Buffer.from(stdin) })
  return Buffer.concat([Buffer.from(upgrade), encodeFrame(frameType.request, request)])
}

/** The bytes that a caller of upstream's HTTP sends; `more` goes into the body. */
export function httpCall(path: string, { environment, stdin }: CallParts, more: object = {}): Buffer {
  const config = Buffer.from(stdin).toString('base64')
  const body = JSON.stringify({ env: environment, config, ...more })
  const head = `POST ${path} HTTP/1.1\r\nHost: dummy\r\nContent-Type: application/json\r\n`
  return Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
