// SPDX-License-Identifier: Apache-2.0

import { connect as connectHttp2, constants } from 'node:http2'
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { TimeoutError, toError } from '../../base/index.ts'

const deadlineMs = 10_000
const maxAnswerBytes = 16 * 1024 * 1024
// gRPC frames a message with a flag byte (0: not compressed) and its length.
const frameHeaderBytes = 5

/**
 * The answer to one gRPC call with an empty request, as the bytes of its message.
 *
 * @param path `/package.Service/Method`.
 * @throws Error of the connection or with the status of gRPC, TimeoutError after 10 seconds.
 */
export async function callUnary(socket: string, path: string): Promise<Buffer> {
  const session = connectHttp2('http://localhost', { createConnection: () => connectSocket(socket) })
  try {
    return unframe(await call(session, socket, path))
  } finally {
    session.destroy()
  }
}

async function call(session: ClientHttp2Session, socket: string, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(toError(error))
    session.on('error', fail)
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    stream.setTimeout(deadlineMs, () => reject(new TimeoutError(`Cannot wait any longer for ${socket}`)))
    stream.on('error', fail)
    // Headers of an answer without body carry the status too.
    stream.on('response', (headers) => rejectStatus(headers, fail))
    stream.on('trailers', (headers) => rejectStatus(headers, fail))
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxAnswerBytes) fail(new Error(`the answer is larger than ${maxAnswerBytes} bytes`))
      else chunks.push(chunk)
    })
    stream.on('end', () => resolve(Buffer.concat(chunks)))
    stream.end(Buffer.alloc(frameHeaderBytes))
  })
}

function rejectStatus(headers: IncomingHttpHeaders, fail: (error: Error) => void): void {
  const { 'grpc-status': status, 'grpc-message': message } = headers
  if (status === undefined || status === '0') return
  fail(new Error(`gRPC status ${[status, message].flat().join(': ')}`))
}

function unframe(answer: Buffer): Buffer {
  if (answer.length < frameHeaderBytes) return Buffer.alloc(0)
  return answer.subarray(frameHeaderBytes, frameHeaderBytes + answer.readUInt32BE(1))
}
