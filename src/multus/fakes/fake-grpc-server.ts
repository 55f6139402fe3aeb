// SPDX-License-Identifier: Apache-2.0

// For the tests of gRPC calls: a server that answers every call in the same way, and the bytes of its answers.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http2'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Cleanup {
  after(step: () => void): void
}

/** The socket of a server that answers every call in this way, and the headers of what it was asked. */
export async function serveGrpc(t: Cleanup, answer: (stream: ServerHttp2Stream) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-grpc-'))
  const socket = join(directory, 'grpc.sock')
  const asked: IncomingHttpHeaders[] = []
  const server = createServer()
  server.on('stream', (stream, headers) => {
    asked.push(headers)
    answer(stream)
  })
  await new Promise<void>((resolve) => void server.listen(socket, resolve))
  t.after(() => {
    server.close()
    rmSync(directory, { recursive: true })
  })
  return { socket, asked }
}

/** Answers with one message, then with trailers. */
export function respond(
  stream: ServerHttp2Stream,
  body: Buffer,
  trailers: Record<string, string> = { 'grpc-status': '0' },
): void {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(body.length, 1)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.end(Buffer.concat([header, body]))
}

/** A protobuf field of bytes; several make a message. */
export function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
}
