// SPDX-License-Identifier: Apache-2.0

import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSGERR_ATTR_MSG } from '../constants/netlink.ts'
import { attrs } from './attributes.ts'
import { ByteWriter } from './byte-writer.ts'
import { malformed, text } from './payload.ts'

/** The nlmsghdr of a request: what is asked, and the number that its answer repeats. */
export interface Envelope {
  readonly type: number
  readonly flags: number
  readonly sequence: number
}

/** A message inside a datagram: its envelope, and where its body stands. */
export interface ReceivedMessage extends Envelope {
  readonly port: number
  readonly start: number
  readonly end: number
}

const headerSize = 16

/** The bytes of a request. */
export function encodeRequest(
  { type, flags, sequence }: Envelope,
  writeBody: (out: ByteWriter) => void,
): Buffer {
  const out = new ByteWriter()
  out.uint(0, 4)
  out.uint(type, 2)
  out.uint(flags, 2)
  out.uint(sequence, 4)
  out.uint(0, 4)
  writeBody(out)
  out.patch(0, out.length, 4)
  return out.finish()
}

/**
 * The messages in the first `length` bytes of a buffer.
 *
 * @throws PlaitError when a message is shorter than its header or longer than the rest.
 */
export function* splitMessages(bytes: Buffer, length: number): Generator<ReceivedMessage, undefined> {
  for (let at = 0; at + headerSize <= length;) {
    const size = bytes.readUInt32LE(at)
    if (size < headerSize || at + size > length)
      throw malformed(`a message of ${size} bytes where ${length - at} are left`)
    yield {
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      port: bytes.readUInt32LE(at + 12),
      start: at + headerSize,
      end: at + size,
    }
    at += (size + 3) & ~3
  }
  return undefined
}

/** The body of NLMSG_ERROR or NLMSG_DONE: 0 for success, else the error number and the kernel's explanation. */
export interface Acknowledgement {
  readonly errno: number
  readonly extack: string | undefined
}

const extackAttributes = attrs({ message: [NLMSGERR_ATTR_MSG, text] })

/** The body of an NLMSG_ERROR: the error, a copy of the request's header (and body, unless capped), then explanations. */
export function decodeError(bytes: Buffer, { flags, start, end }: ReceivedMessage): Acknowledgement {
  if (end - start < 4 + headerSize) throw malformed(`an error of ${end - start} bytes`)
  const errno = 0 - bytes.readInt32LE(start)
  const echoed = (flags & NLM_F_CAPPED) === 0 ? bytes.readUInt32LE(start + 4) : headerSize
  return { errno, extack: decodeExtack(bytes, flags, { start: start + 4 + echoed, end }) }
}

/** The body of an NLMSG_DONE, which ends a dump: the error, then explanations. */
export function decodeDone(bytes: Buffer, { flags, start, end }: ReceivedMessage): Acknowledgement {
  if (end - start < 4) return { errno: 0, extack: undefined }
  return {
    errno: 0 - bytes.readInt32LE(start),
    extack: decodeExtack(bytes, flags, { start: start + 4, end }),
  }
}

function decodeExtack(
  bytes: Buffer,
  flags: number,
  { start, end }: { start: number; end: number },
): string | undefined {
  if ((flags & NLM_F_ACK_TLVS) === 0) return undefined
  return extackAttributes.read(bytes, (start + 3) & ~3, end).message
}
