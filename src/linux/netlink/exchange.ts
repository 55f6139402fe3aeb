// SPDX-License-Identifier: Apache-2.0

import type { ByteWriter } from './codec/byte-writer.ts'
import { decodeDone, decodeError, encodeRequest, splitMessages } from './codec/envelope.ts'
import type { Acknowledgement } from './codec/envelope.ts'
import { NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from './constants/netlink.ts'
import type { NetlinkSocket } from './netlink-socket.ts'

/** What is asked of the kernel. */
export interface KernelRequest {
  readonly type: number
  /** Flags beyond those that the way of asking implies. */
  readonly flags?: number
  /** The request in words, such as `RTM_NEWLINK macvlan net1`; a getter where they take time to find. */
  readonly label: string
  readonly body: (out: ByteWriter) => void
}

/** Takes what it needs out of a message's body; true when the answer is complete. */
export type TakeMessage = (bytes: Buffer, start: number, end: number) => boolean

/** How the kernel ended its answer. */
export interface Outcome extends Acknowledgement {
  /** What was listed changed meanwhile, so that the list may be wrong. */
  readonly interrupted: boolean
}

/** The bytes of a request. */
export function encodeKernelRequest(request: KernelRequest, flags: number, sequence: number): Buffer {
  const all = NLM_F_REQUEST | flags | (request.flags ?? 0)
  return encodeRequest({ type: request.type, flags: all, sequence }, request.body)
}

/**
 * Reads the answer to the request of that number up to its end: an acknowledgement, the end of a list,
 * or the message that `take` calls the last. What belongs to another request is skipped.
 *
 * @throws NetlinkError when nothing comes, PlaitError when what comes is malformed.
 */
export function receiveAnswer(
  socket: Pick<NetlinkSocket, 'port' | 'receive'>,
  { request, sequence }: { request: Pick<KernelRequest, 'label'>; sequence: number },
  take: TakeMessage = () => false,
): Outcome {
  let interrupted = false
  for (;;) {
    const { bytes, length } = socket.receive(request)
    for (const message of splitMessages(bytes, length)) {
      if (message.sequence !== sequence || message.port !== socket.port) continue
      interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0
      if (message.type === NLMSG_ERROR) return { ...decodeError(bytes, message), interrupted }
      if (message.type === NLMSG_DONE) return { ...decodeDone(bytes, message), interrupted }
      if (take(bytes, message.start, message.end)) return { errno: 0, extack: undefined, interrupted }
    }
  }
}

const listAttempts = 5

/** A list that did not change while it was read, or the fifth one. */
export function untilConsistent<T>(read: () => { items: T[]; interrupted: boolean }): T[] {
  for (let attempt = 1; ; attempt++) {
    const { items, interrupted } = read()
    if (!interrupted || attempt === listAttempts) return items
  }
}
