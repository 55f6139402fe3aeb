// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { PlaitError } from '../../base/index.ts'

/** A socket that listens on the machine's loopback, to be handed to another process. */
export class ListeningSocket implements Disposable {
  readonly fd: number
  readonly #server: Server

  private constructor(server: Server, fd: number) {
    this.#server = server
    this.fd = fd
  }

  /** On a port that the kernel chooses. @throws PlaitError when it cannot be had */
  static async open(): Promise<ListeningSocket> {
    const server = createServer()
    server.listen({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const fd = descriptorOf(server)
    if (fd !== undefined) return new ListeningSocket(server, fd)
    server.close()
    throw new PlaitError(
      'lab/build-failed',
      'Cannot hand the API server a socket: Node gives no descriptor for it',
    )
  }

  /** Closes this process's own descriptor. */
  [Symbol.dispose](): void {
    this.#server.close()
  }
}

// Node has no public name for the descriptor of a listening socket; this property has been there since 0.10.
function descriptorOf(server: Server): number | undefined {
  const handle: unknown = Reflect.get(server, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}
