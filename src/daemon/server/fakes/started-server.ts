// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../../base/index.ts'
import { encodeFrame, frameType } from '../../protocol/frames.ts'
import { encodeShimRequest } from '../../protocol/request.ts'
import type { HandleCall } from '../../requests/cni-call.ts'
import { Dispatcher } from '../../requests/dispatcher.ts'
import { SocketServer } from '../socket-server.ts'
import type { SocketServerOptions } from '../socket-server.ts'

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** A server with the dispatcher that it asks, in a directory of its own. */
export interface StartedServer {
  readonly server: SocketServer
  readonly dispatcher: Dispatcher
  readonly directory: string
}

/** The head of a shim's request. */
export const upgrade =
  'GET /plait-shim HTTP/1.1\r\nHost: plait\r\nConnection: Upgrade\r\nUpgrade: plait-shim/1\r\n\r\n'

/** What the calls of these tests have on standard input. */
export const stdin = Buffer.from('{"cniVersion":"1.0.0","name":"n"}')

/** Answers every call with an empty result. */
export const ok: HandleCall = () => Promise.resolve('{"cniVersion": "1.0.0"}')

/** Makes a directory that goes with the test. */
export function temporaryDirectory(context: Cleanup): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-server-'))
  context.after(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Starts a server for one test; callers are whoever this process is. */
export async function startServer(
  context: Cleanup,
  handle: HandleCall,
  options: Partial<SocketServerOptions> = {},
): Promise<StartedServer> {
  const temporary = temporaryDirectory(context)
  const { directory = join(temporary, 'run') } = options
  const dispatcher = new Dispatcher({ handle, log: silentLog })
  const readPeerUser = (): number | undefined => process.geteuid?.()
  const server = await SocketServer.start({ dispatcher, readPeerUser, log: silentLog, ...options, directory })
  context.after(() => server.close())
  return { server, dispatcher, directory }
}

/** The bytes of a shim's call. */
export function requestFrame(command = 'ADD'): Buffer {
  const environment = { CNI_COMMAND: command, CNI_CONTAINERID: 'c1' }
  return encodeFrame(frameType.request, encodeShimRequest({ program: 'multus-shim', environment, stdin }))
}

/** Everything that comes back for some bytes, until the other side closes. */
export async function exchange(path: string, ...bytes: (string | Buffer)[]): Promise<string> {
  const socket = connect(path)
  for (const part of bytes) socket.write(part)
  return (await readToEnd(socket)).toString('latin1')
}

/** An HTTP answer. */
export interface Answer {
  readonly status: number | undefined
  readonly body: string
}

/** What is asked besides the path. */
export interface Question {
  readonly body?: unknown
  readonly headers?: OutgoingHttpHeaders
}

/** Asks over HTTP; the body is sent as JSON. */
export async function ask(
  socketPath: string,
  method: string,
  path: string,
  { body, headers = {} }: Question = {},
): Promise<Answer> {
  const asking = request({ socketPath, method, path, headers })
  asking.end(body === undefined ? undefined : JSON.stringify(body))
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('response', resolve)
    asking.once('error', reject)
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() }
}

async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
