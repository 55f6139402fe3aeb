// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import { chmodSync, lstatSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { describeError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { prepareSocketDirectory } from './socket-directory.ts'
import { socketFailed } from './socket-errors.ts'
import { SocketOwner } from './socket-owner.ts'

const fileName = 'multus.sock'
// sun_path of unix(7) has 108 bytes, the last one is 0.
const maxPathBytes = 107
// Callers that the kernel lets wait for a busy daemon; more than `net.core.somaxconn` are not.
const backlog = 4096
// What a daemon that died between bind and rename has left.
const unnamedForm = /^\.[0-9a-f]{8}\.sock$/

/** Where to listen. */
export interface SocketFileOptions {
  readonly directory: string
  readonly log: Log
  /** How long to wait for a daemon that has the socket and is not stopping. */
  readonly takeoverMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the server listen on `multus.sock` in a directory that nobody but its owner may write to.
 *
 * The socket gets its name by a rename: it is never seen before it can be connected to, and takes the place of the
 * socket of a daemon that died or is stopping. There is no moment at which a caller finds none.
 *
 * @throws PlaitError `daemon/socket-unsafe`, `daemon/socket-failed`, `daemon/socket-owned`
 */
export class SocketFile {
  readonly path: string
  readonly #inode: bigint
  readonly #owner: SocketOwner

  private constructor(path: string, inode: bigint, owner: SocketOwner) {
    this.path = path
    this.#inode = inode
    this.#owner = owner
  }

  static async listen(server: Server, options: SocketFileOptions): Promise<SocketFile> {
    const { directory, takeoverMs: waitMs, log, signal } = options
    const path = join(directory, fileName)
    // Of the daemons of two containers, both may be process 1.
    const unnamed = join(directory, `.${randomBytes(4).toString('hex')}.sock`)
    if (Buffer.byteLength(unnamed) > maxPathBytes || Buffer.byteLength(path) > maxPathBytes) {
      throw socketFailed(
        path,
        `a socket's path has at most ${maxPathBytes} bytes; choose a shorter "socketDir"`,
      )
    }
    prepareSocketDirectory(directory)
    const owner = await SocketOwner.become(directory, { path, waitMs, log, signal })
    try {
      clear(directory, path)
      await bind(server, unnamed)
      chmodSync(unnamed, 0o600)
      const { ino } = lstatSync(unnamed, { bigint: true })
      renameSync(unnamed, path)
      return new SocketFile(path, ino, owner)
    } catch (error) {
      server.close() // Takes its unnamed socket away as well; one that listens would keep the process alive.
      owner.release()
      throw socketFailed(path, describeError(error), error)
    }
  }

  /** Lets another daemon put its socket here; until it does, this one stays reachable. */
  handOver(): void {
    this.#owner.release()
  }

  /** Removes the socket, unless another daemon has taken over. */
  async remove(): Promise<void> {
    await this.#owner.unlessSucceeded(() => {
      const found = lstatSync(this.path, { bigint: true, throwIfNoEntry: false })
      if (found?.ino === this.#inode) unlinkSync(this.path)
    })
  }
}

function clear(directory: string, path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isSocket()) throw new Error('a file that is no socket stands there')
  for (const name of readdirSync(directory)) {
    if (unnamedForm.test(name)) rmSync(join(directory, name), { force: true })
  }
}

async function bind(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, backlog }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
