// SPDX-License-Identifier: Apache-2.0

import { ProtocolError } from './protocol-error.ts'

/** What the runtime is to see: the payload of a REPLY frame. */
export interface ShimReply {
  /** 0 to 255. */
  readonly exitCode: number
  readonly stdout: Buffer
}

/** The payload of a REPLY frame: exit code (u8), then the bytes for standard output. */
export function encodeShimReply({ exitCode, stdout }: ShimReply): Buffer {
  return Buffer.concat([Buffer.of(exitCode), stdout])
}

/**
 * What a REPLY frame says.
 *
 * @throws ProtocolError for an empty payload.
 */
export function decodeShimReply(payload: Buffer): ShimReply {
  if (payload.length === 0) throw new ProtocolError('Cannot read a REPLY frame: it has no exit code')
  return { exitCode: payload.readUInt8(0), stdout: payload.subarray(1) }
}
