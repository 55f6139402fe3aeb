// SPDX-License-Identifier: Apache-2.0

import type { Socket } from 'node:net'

/** The user of the process at the other end of a unix socket; undefined when it cannot be told. */
export type ReadPeerUser = (fd: number) => number | undefined

/**
 * Whether the other end of a connection belongs to root or to the user of this process. The mode of the socket
 * says the same; this also holds when the directory was opened to others, or the descriptor was passed on.
 */
export function isTrustedPeer(socket: Socket, readUser: ReadPeerUser): boolean {
  const fd = descriptorOf(socket)
  if (fd === undefined) return false
  const user = readUser(fd)
  return user === 0 || (user !== undefined && user === process.geteuid?.())
}

/** Node keeps the descriptor of a socket in its handle, and has no public name for it (as of version 24). */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined
}
