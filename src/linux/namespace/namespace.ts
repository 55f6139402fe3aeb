// SPDX-License-Identifier: Apache-2.0

import type { IpAddress } from '../../base/index.ts'
import { announce } from '../announce/announce.ts'
import { findDuplicates } from '../announce/find-duplicates.ts'
import type { Addresses } from '../netlink/address/addresses.ts'
import type { Links } from '../netlink/link/links.ts'
import type { Neighbours } from '../netlink/neighbour/neighbours.ts'
import type { BeforeKernelCall } from '../netlink/netlink-connection.ts'
import type { Routes } from '../netlink/route/routes.ts'
import type { Rules } from '../netlink/rule/rules.ts'
import { NamespaceCore } from './namespace-core.ts'
import { openNamespace } from './open-namespace.ts'
import { waitForAddresses } from './settle.ts'
import type { SettleOptions } from './settle.ts'
import { readSysctlFile, sysctlPath, writeSysctlFile } from './sysctl.ts'
import { createNamespace, isHere, openCurrentNamespace, withNamespace } from './thread-namespace.ts'

/** How a handle is made. */
export interface NamespaceOptions {
  readonly beforeCall?: BeforeKernelCall | undefined
}

/**
 * A handle bound to one network namespace: all its calls go there, whatever namespace the thread is in.
 * Calls are synchronous unless they give a promise. The handle keeps the namespace alive until it is
 * disposed of; only the main thread can use it.
 */
export class Namespace implements Disposable {
  /** The path that it was opened by; for others one that works as long as the handle lives. */
  readonly path: string
  /** Number of the namespace, unique on the machine while the handle lives (`ls -i`, `lsns`). */
  readonly inode: bigint
  readonly links: Links
  readonly addresses: Addresses
  readonly routes: Routes
  readonly rules: Rules
  readonly neighbours: Neighbours
  readonly #beforeCall: BeforeKernelCall | undefined
  readonly #core: NamespaceCore
  #isClosed = false

  /**
   * The namespace that a path leads to, such as `/run/netns/x` or `/proc/1/ns/net`. Handles of the same path that are
   * open at the same time share descriptor and socket, unless somebody listens to their calls.
   *
   * @throws NamespaceError when there is none; SystemCallError when it must not be entered.
   */
  static open(path: string, options: NamespaceOptions = {}): Namespace {
    const { beforeCall } = options
    const core =
      beforeCall === undefined
        ? NamespaceCore.share(path)
        : new NamespaceCore(openNamespace(path), beforeCall)
    return new Namespace(core, path, options)
  }

  /** The namespace that this thread is in. */
  static current(options?: NamespaceOptions): Namespace {
    return new Namespace(new NamespaceCore(openCurrentNamespace(), options?.beforeCall), undefined, options)
  }

  /** A new, empty namespace without a name; it lives as long as something refers to it. @throws SystemCallError */
  static create(options?: NamespaceOptions): Namespace {
    return new Namespace(new NamespaceCore(createNamespace(), options?.beforeCall), undefined, options)
  }

  private constructor(core: NamespaceCore, path: string | undefined, { beforeCall }: NamespaceOptions = {}) {
    this.#core = core
    this.#beforeCall = beforeCall
    this.path = path ?? `/proc/${process.pid}/fd/${core.fd}`
    this.inode = core.inode
    this.links = core.links
    this.addresses = core.addresses
    this.routes = core.routes
    this.rules = core.rules
    this.neighbours = core.neighbours
  }

  /** A descriptor of the namespace, owned by the handle. */
  get fd(): number {
    if (this.#isClosed) throw new Error(`Cannot use network namespace "${this.path}": its handle was closed`)
    return this.#core.fd
  }

  /** Whether both handles lead to the same namespace. */
  isSame(other: Namespace): boolean {
    return this.inode === other.inode
  }

  /** Whether it is the namespace that this thread is in. */
  isCurrent(): boolean {
    return isHere(this.inode)
  }

  /**
   * What `callback` gives, run inside the namespace. It must not be asynchronous: whatever runs later
   * runs elsewhere. A child process that it starts begins in the namespace.
   */
  run<T>(callback: () => T extends Promise<unknown> ? never : T): T {
    return withNamespace<T>(this.fd, callback)
  }

  /**
   * The content of a setting below `net/`, without its newline; undefined when it does not exist.
   *
   * @throws PlaitError `net/sysctl-refused` for other names, or when it cannot be read.
   */
  readSysctl(name: string): string | undefined {
    const path = sysctlPath(name)
    this.#beforeCall?.(`sysctl ${name}`)
    return this.#inside(() => readSysctlFile(path))
  }

  /** Sets a setting below `net/`. @throws PlaitError `net/sysctl-refused` with Go's text of the reason. */
  writeSysctl(name: string, value: string): void {
    const path = sysctlPath(name)
    this.#beforeCall?.(`sysctl ${name}=${value}`)
    this.#inside(() => writeSysctlFile(path, value))
  }

  /**
   * Tells the network who has these addresses now: gratuitous ARP and unsolicited neighbour
   * advertisements, one frame each.
   *
   * @throws SystemCallError, ENETDOWN when the link is down.
   */
  announce(ifIndex: number, mac: string, addresses: readonly IpAddress[]): void {
    this.#beforeCall?.(`announce link ${ifIndex}`)
    announce({ namespaceFd: this.fd, ifIndex, mac, addresses })
  }

  /**
   * Which of the IPv4 addresses another station on the network of a link has already, with its MAC. The link, which
   * has the MAC given, must be up. Takes 60 ms when nobody objects.
   *
   * @throws SystemCallError, ENETDOWN when the link is down.
   */
  findDuplicates(
    link: { index: number; mac: string },
    addresses: readonly IpAddress[],
    signal?: AbortSignal,
  ) {
    this.#beforeCall?.(`probe link ${link.index}`)
    const search = { namespaceFd: this.fd, ifIndex: link.index, mac: link.mac, addresses }
    return findDuplicates(signal === undefined ? search : { ...search, signal })
  }

  /** Waits until IPv6 addresses of a link can be used; fails as the Go plugins do. */
  async waitForAddresses(ifIndex: number, options: SettleOptions): Promise<void> {
    await waitForAddresses(this, ifIndex, options)
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#core.release()
  }

  // To leave the namespace for itself and to come back would take as long as what is done there.
  #inside<T>(work: () => T): T {
    const { fd } = this
    return this.isCurrent() ? work() : withNamespace(fd, work)
  }

  /** Told before each kernel call of this handle; for calls that other parts of the room make on its behalf. */
  beforeCall(call: string): void {
    this.#beforeCall?.(call)
  }
}
