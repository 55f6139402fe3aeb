// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../base/index.ts'
import { withNamespace } from '../namespace/thread-namespace.ts'
import { NLM_F_ACK, NLM_F_DUMP } from './constants/netlink.ts'
import { encodeKernelRequest, receiveAnswer, untilConsistent } from './exchange.ts'
import type { KernelRequest, Outcome, TakeMessage } from './exchange.ts'
import { NetlinkError } from './netlink-error.ts'
import { NetlinkSocket } from './netlink-socket.ts'

/**
 * Told before each call that reads or changes kernel state, in words such as
 * `RTM_NEWLINK macvlan net1`; whatever it throws stops the call.
 */
export type BeforeKernelCall = (call: string) => void

/** Takes a value out of a message's body. */
export type ReadBody<T> = (bytes: Buffer, start: number, end: number) => T

/** How a connection is made. */
export interface ConnectionOptions {
  /** The descriptor of the namespace, asked for whenever a socket is opened. */
  readonly namespaceFd: () => number
  /** NETLINK_ROUTE and so on. */
  readonly protocol: number
  readonly beforeCall?: BeforeKernelCall | undefined
}

const slowCallTimeoutMs = 30_000
const ETIMEDOUT = 110
const lookAgainMs = 1
const maxLooks = 50

/** Requests to the kernel in one namespace. The socket is opened at the first request, and anew after an answer that was not understood. */
export class NetlinkConnection implements Disposable {
  readonly #options: ConnectionOptions
  #socket: NetlinkSocket | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  /** Has the kernel change something. @throws NetlinkError */
  change(request: KernelRequest): void {
    throwRefusal(this.#transact(request, NLM_F_ACK), request)
  }

  /**
   * As {@link change}, for what takes the kernel milliseconds: a thread of the pool waits for it, on a
   * socket of its own; such calls overtake one another.
   *
   * @param isEffective whether what was asked for can be seen already; then the thread is left alone with what the
   * kernel still tidies up.
   * @throws NetlinkError
   */
  async changeSlowly(request: KernelRequest, isEffective?: () => boolean): Promise<void> {
    this.#options.beforeCall?.(request.label)
    const done = withDeadline(this.#changeOnOwnSocket(request), request.label)
    await (isEffective === undefined ? done : untilEffective(done, isEffective))
  }

  /** What `look` gives, run inside the namespace. */
  lookInside<T>(look: () => T): T {
    return withNamespace(this.#options.namespaceFd(), look)
  }

  /** The value in the kernel's only answer. @throws NetlinkError */
  ask<T>(request: KernelRequest, read: ReadBody<T>): T {
    const answer = this.askFor(request, read)
    if (answer === undefined) throw new NetlinkError({ errno: ETIMEDOUT, request: request.label })
    return answer
  }

  /** As {@link ask}; undefined when the kernel refuses with `absent`, an error number that says that there is no such thing. */
  askFor<T>(request: KernelRequest, read: ReadBody<T>, absent?: number): T | undefined {
    const answers: T[] = []
    const take: TakeMessage = (bytes, start, end) => answers.push(read(bytes, start, end)) > 0
    const outcome = this.#transact(request, 0, take)
    if (outcome.errno !== absent) throwRefusal(outcome, request)
    return answers[0]
  }

  /**
   * The values in all messages of a list. A list that changed while it was read is read again, up to
   * five times; then the last one is given as it is, as upstream does.
   *
   * @throws NetlinkError
   */
  list<T>(request: KernelRequest, read: ReadBody<T>): T[] {
    return untilConsistent(() => {
      const items: T[] = []
      const outcome = this.#transact(request, NLM_F_DUMP, (bytes, start, end) => {
        items.push(read(bytes, start, end))
        return false
      })
      throwRefusal(outcome, request)
      return { items, interrupted: outcome.interrupted }
    })
  }

  /** A connection of the same kind in another namespace. */
  elsewhere(namespaceFd: number): NetlinkConnection {
    return new NetlinkConnection({ ...this.#options, namespaceFd: () => namespaceFd })
  }

  [Symbol.dispose](): void {
    this.#socket?.[Symbol.dispose]()
    this.#socket = undefined
  }

  #open(): NetlinkSocket {
    return new NetlinkSocket(this.#options.namespaceFd(), this.#options.protocol)
  }

  #transact(request: KernelRequest, flags: number, take?: TakeMessage): Outcome {
    this.#options.beforeCall?.(request.label)
    this.#socket ??= this.#open()
    const socket = this.#socket
    try {
      const sequence = socket.nextSequence()
      socket.send(encodeKernelRequest(request, flags, sequence), request)
      return receiveAnswer(socket, { request, sequence }, take)
    } catch (error) {
      // The rest of the answer is still in the socket.
      this[Symbol.dispose]()
      throw error
    }
  }

  async #changeOnOwnSocket(request: KernelRequest): Promise<void> {
    using socket = this.#open()
    const sequence = socket.nextSequence()
    await socket.sendSlowly(encodeKernelRequest(request, NLM_F_ACK, sequence), request)
    throwRefusal(receiveAnswer(socket, { request, sequence }), request)
  }
}

function throwRefusal({ errno, extack }: Outcome, { label: request }: KernelRequest): void {
  if (errno !== 0) throw new NetlinkError({ errno, request, extack })
}

async function untilEffective(done: Promise<void>, isEffective: () => boolean): Promise<void> {
  const ended = done.then(() => true)
  for (let look = 0; look < maxLooks; look++) {
    if (await Promise.race([ended, delay(lookAgainMs).then(isEffective)])) return
  }
  await done
}

// The write itself cannot be stopped; its socket is closed when it ends, however late.
async function withDeadline(done: Promise<void>, request: string): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new NetlinkError({ errno: ETIMEDOUT, request })),
    slowCallTimeoutMs,
  )
  try {
    await Promise.race([done, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
