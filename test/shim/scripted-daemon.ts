// SPDX-License-Identifier: Apache-2.0

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

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
