// SPDX-License-Identifier: Apache-2.0

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { encodeFrame, encodeShimReply, FrameReader, frameType } from '../../src/daemon/index.ts'
import type { Frame } from '../../src/daemon/index.ts'

/** What a scripted daemon does with one connection. */
export type Script = (socket: Socket, turn: number) => void

/** A directory for a socket that goes away with the test. */
export function socketDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-shim-'))
  context.after(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Listens on `multus.sock` in `directory` and plays the script. */
export async function playDaemon(context: TestContext, directory: string, script: Script): Promise<Server> {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined) // the shim may be gone
    script(socket, turn++)
  })
  await new Promise<void>((resolve) => server.listen(join(directory, 'multus.sock'), resolve))
  chmodSync(join(directory, 'multus.sock'), 0o600)
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return server
}

/** The head that tells a shim that it talks to its daemon. */
export const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: plait-shim/1\r\n\r\n'

/** The bytes of a REPLY frame. */
export function reply(exitCode: number, text: string): Buffer {
  return encodeFrame(frameType.reply, encodeShimReply({ exitCode, stdout: Buffer.from(text) }))
}

/** Calls back with the head of the HTTP request, and then with each frame. */
export function listen(
  socket: Socket,
  onHead: (head: string) => void,
  onFrame: (frame: Frame) => void,
): void {
  const reader = new FrameReader()
  let head: Buffer | undefined = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    let bytes = chunk
    if (head !== undefined) {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      bytes = head.subarray(end + 4)
      onHead(head.subarray(0, end + 4).toString())
      head = undefined
    }
    for (const frame of reader.push(bytes)) onFrame(frame)
  })
}
