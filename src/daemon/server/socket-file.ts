// SPDX-License-Identifier: Apache-2.0

import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { PlaitError } from '../../base/index.ts'

const fileName = 'multus.sock'
// sun_path of unix(7) has 108 bytes, the last one is 0.
const maxPathBytes = 107

/**
 * Makes the server listen on `multus.sock` in a directory that nobody but its owner may write to.
 *
 * The socket gets its name by a rename: it is never seen before it can be connected to, it takes the place of
 * a socket that a daemon left behind, and a daemon that stops while its successor runs does not remove the
 * successor's.
 *
 * @throws PlaitError `daemon/socket-unsafe`, `daemon/socket-failed`
 */
export class SocketFile {
  readonly path: string
  readonly #inode: bigint

  private constructor(path: string, inode: bigint) {
    this.path = path
    this.#inode = inode
  }

  static async listen(server: Server, directory: string): Promise<SocketFile> {
    const path = join(directory, fileName)
    const unnamed = join(directory, `.${process.pid}.sock`)
    if (Buffer.byteLength(unnamed) > maxPathBytes || Buffer.byteLength(path) > maxPathBytes) {
      throw failed(path, `a socket's path has at most ${maxPathBytes} bytes; choose a shorter "socketDir"`)
    }
    prepareDirectory(directory)
    refuseOtherFile(path)
    rmSync(unnamed, { force: true })
    try {
      await bind(server, unnamed)
      chmodSync(unnamed, 0o600)
      const { ino } = lstatSync(unnamed, { bigint: true })
      renameSync(unnamed, path)
      return new SocketFile(path, ino)
    } catch (error) {
      server.close() // Takes its unnamed socket away as well; one that listens would keep the process alive.
      throw failed(path, error instanceof Error ? error.message : String(error), error)
    }
  }

  /** Removes the socket, unless another daemon's stands there meanwhile. */
  remove(): void {
    if (lstatSync(this.path, { bigint: true, throwIfNoEntry: false })?.ino === this.#inode)
      unlinkSync(this.path)
  }
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw failed(join(directory, fileName), error instanceof Error ? error.message : String(error), error)
  }
  const { uid, mode } = statSync(directory)
  if (uid !== 0 && uid !== process.geteuid?.()) throw unsafe(directory, `it belongs to user ${uid}`)
  if ((mode & 0o022) !== 0) {
    throw unsafe(directory, `its mode is ${(mode & 0o7777).toString(8)}, so that others may write there`)
  }
}

function refuseOtherFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isSocket()) throw failed(path, 'a file that is no socket stands there')
}

async function bind(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function unsafe(directory: string, problem: string): PlaitError {
  const remedy = 'choose another "socketDir" or give it to root with mode 0700'
  return new PlaitError(
    'daemon/socket-unsafe',
    `Cannot put the socket into ${directory}: ${problem}; ${remedy}`,
  )
}

function failed(path: string, problem: string, cause?: unknown): PlaitError {
  return new PlaitError('daemon/socket-failed', `Cannot listen on ${path}: ${problem}`, { cause })
}
