// SPDX-License-Identifier: Apache-2.0

import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { Namespace } from '../../src/linux/index.ts'

interface Cleanup {
  after(step: () => void): void
}

/** The way from a node's namespace to an API server of this process; it can be shut, as when the server is gone. */
export class ApiDoor {
  readonly #host: Namespace
  readonly #targetPort: number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #isStalled = false

  private constructor(host: Namespace, targetPort: number) {
    this.#host = host
    this.#targetPort = targetPort
  }

  /** An open door on a port that the kernel chooses, shut for good after the test. */
  static open(t: Cleanup, host: Namespace, targetPort: number): ApiDoor {
    const door = new ApiDoor(host, targetPort)
    door.open()
    t.after(() => door.shut())
    return door
  }

  /** Address for clients in the node's namespace. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Lets connections through, on the same port as before. */
  open(): void {
    const server = createServer((socket) => this.#pass(socket))
    // Without a host name the socket is bound in the same tick, and so in the node's namespace.
    this.#host.run(() => void server.listen(this.#port))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The door has no port')
    this.#port = address.port
    this.#server = server
  }

  /** Ends all connections, and refuses others until it is opened again. */
  shut(): void {
    this.#server?.close()
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  /** From now on nothing comes through, and nobody is told: connections stay open and new ones are taken. */
  stall(): void {
    this.#isStalled = true
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  #pass(inside: Socket): void {
    if (this.#isStalled) {
      this.#sockets.add(inside.on('error', () => undefined))
      return
    }
    const outside = connect({ host: '127.0.0.1', port: this.#targetPort })
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined) // either end may go at any time
      socket.once('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
