// SPDX-License-Identifier: Apache-2.0

import { closeSync, fstatSync, statSync } from 'node:fs'
import { Addresses } from '../netlink/address/addresses.ts'
import { NETLINK_ROUTE } from '../netlink/constants/netlink.ts'
import { Links } from '../netlink/link/links.ts'
import { Neighbours } from '../netlink/neighbour/neighbours.ts'
import { NetlinkConnection } from '../netlink/netlink-connection.ts'
import type { BeforeKernelCall } from '../netlink/netlink-connection.ts'
import { Routes } from '../netlink/route/routes.ts'
import { Rules } from '../netlink/rule/rules.ts'
import { otherNetnsPath } from './netns-directory.ts'
import { openNamespace } from './open-namespace.ts'

// The steps of one request open the namespace of its pod again and again. They share what the first one opened, which
// spares twenty system calls each time.
const shared = new Map<string, NamespaceCore>()

/** A descriptor of a network namespace and the sockets in it, closed when its last holder lets go of it. */
export class NamespaceCore {
  readonly inode: bigint
  readonly links: Links
  readonly addresses: Addresses
  readonly routes: Routes
  readonly rules: Rules
  readonly neighbours: Neighbours
  readonly #connection: NetlinkConnection
  #fd: number
  #holders = 1
  #sharedAs: string | undefined

  /** Takes over the descriptor. */
  constructor(fd: number, beforeCall?: BeforeKernelCall) {
    this.#fd = fd
    this.inode = fstatSync(fd, { bigint: true }).ino
    this.#connection = new NetlinkConnection({
      namespaceFd: () => this.fd,
      protocol: NETLINK_ROUTE,
      beforeCall,
    })
    this.links = new Links(this.#connection)
    this.addresses = new Addresses(this.#connection)
    this.routes = new Routes(this.#connection)
    this.rules = new Rules(this.#connection)
    this.neighbours = new Neighbours(this.#connection)
  }

  /**
   * The core of the namespace that a path leads to now, the one that is open already if there is one.
   *
   * @throws as openNamespace()
   */
  static share(path: string): NamespaceCore {
    const present = shared.get(path)
    if (present !== undefined && inodeOf(path) === present.inode) {
      present.#holders++
      return present
    }
    const core = new NamespaceCore(openNamespace(path))
    core.#sharedAs = path
    shared.set(path, core)
    return core
  }

  /** The descriptor, which is not to be closed. */
  get fd(): number {
    if (this.#fd < 0) throw new Error('Cannot use a network namespace: its handle was closed')
    return this.#fd
  }

  /** To be called once by each holder. */
  release(): void {
    this.#holders--
    if (this.#holders > 0) return
    if (this.#sharedAs !== undefined && shared.get(this.#sharedAs) === this) shared.delete(this.#sharedAs)
    this.#connection[Symbol.dispose]()
    closeSync(this.#fd)
    this.#fd = -1
  }
}

function inodeOf(path: string): bigint | undefined {
  const other = otherNetnsPath(path)
  const stat = (one: string) => statSync(one, { bigint: true, throwIfNoEntry: false })
  return (stat(path) ?? (other === undefined ? undefined : stat(other)))?.ino
}
