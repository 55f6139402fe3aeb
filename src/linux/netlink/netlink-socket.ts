// SPDX-License-Identifier: Apache-2.0

import { closeSync, readSync, write, writeSync } from 'node:fs'
import { withNamespace } from '../namespace/thread-namespace.ts'
import { connect, getsockname, setsockoptInt, socket } from '../sys/libc.ts'
import { errnoOf } from '../sys/system-call-error.ts'
import {
  AF_NETLINK,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_NETLINK,
} from './constants/netlink.ts'
import { NetlinkError } from './netlink-error.ts'

// Datagrams of the kernel are at most 32 KiB in dumps; a link with many virtual functions is longer.
// One buffer does for all sockets, because reading and decoding are one synchronous step.
const receiveBuffer = Buffer.allocUnsafeSlow(256 * 1024)

// The kernel answers within the write, so that nobody has to wait for an answer; without one, a read must not block.
const socketType = SOCK_RAW | SOCK_NONBLOCK

const kernelAddress = Buffer.alloc(12)
kernelAddress.writeUInt16LE(AF_NETLINK)

/** Something whose words are only asked for when it fails: they take longer to find than the request to run. */
type Labelled = { readonly label: string }

/** A netlink socket that stays in the namespace where it was opened. */
export class NetlinkSocket implements Disposable {
  readonly fd: number
  /** The kernel's address for this socket; its answers carry it. */
  readonly port: number
  #sequence = Math.floor(Math.random() * 0x7fff_ffff)

  /** @throws SystemCallError when the namespace cannot be entered or the kernel lacks the protocol. */
  constructor(namespaceFd: number, protocol: number) {
    this.fd = withNamespace(namespaceFd, () => socket(AF_NETLINK, socketType, protocol))
    try {
      this.port = this.#configure()
    } catch (error) {
      closeSync(this.fd)
      throw error
    }
  }

  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0
    return this.#sequence
  }

  /** Hands a request to the kernel, which has done the work when this returns. @throws NetlinkError */
  send(bytes: Buffer, request: Labelled): void {
    try {
      writeSync(this.fd, bytes)
    } catch (error) {
      throw toNetlinkError(error, request)
    }
  }

  /** As {@link send}, but a pool thread waits while the kernel works. @throws NetlinkError */
  async sendSlowly(bytes: Buffer, request: Labelled): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      write(this.fd, bytes, (error) => {
        if (error === null) resolve()
        else reject(toNetlinkError(error, request))
      })
    })
  }

  /**
   * One datagram of the kernel's answer, in a buffer that the next call overwrites.
   *
   * @throws NetlinkError ETIMEDOUT when there is none.
   */
  receive(request: Labelled): { bytes: Buffer; length: number } {
    try {
      return { bytes: receiveBuffer, length: readSync(this.fd, receiveBuffer) }
    } catch (error) {
      throw toNetlinkError(error, request)
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }

  #configure(): number {
    for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK]) {
      // Linux < 4.20 lacks the last one; answers are filtered here as well.
      setsockoptInt(this.fd, SOL_NETLINK, option, 1)
    }
    // A connected netlink socket takes messages from the kernel only: no process of the namespace can forge an answer.
    connect(this.fd, kernelAddress)
    return getsockname(this.fd, 12).readUInt32LE(4)
  }
}

const EAGAIN = 11
const ETIMEDOUT = 110
const EIO = 5

function toNetlinkError(error: unknown, { label: request }: Labelled): NetlinkError {
  const errno = errnoOf(error) ?? EIO
  return new NetlinkError({ errno: errno === EAGAIN ? ETIMEDOUT : errno, request }, { cause: error })
}
