// SPDX-License-Identifier: Apache-2.0

import { FrameReader, frameType } from '../protocol/frames.ts'
import { ProtocolError } from '../protocol/protocol-error.ts'
import { decodeShimRequest } from '../protocol/request.ts'
import type { ShimRequest } from '../protocol/request.ts'

/** A DEL that a shim has kept because no daemon took it. */
export interface SpoolEntry {
  /** Of the file. */
  readonly name: string
  /** When the shim wrote it. */
  readonly writtenMs: number
  readonly request: ShimRequest
}

/** The attachment that a call is about: what it has made, its DEL takes away. */
export function attachmentOf({ program, environment }: Pick<ShimRequest, 'program'> & CniVariables): string {
  return JSON.stringify([program, environment.CNI_CONTAINERID, environment.CNI_IFNAME])
}

interface CniVariables {
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * The request in the bytes of such a file: one REQUEST frame that holds a DEL.
 *
 * @throws ProtocolError
 */
export function decodeSpooled(bytes: Buffer): ShimRequest {
  const reader = new FrameReader()
  const [frame, ...more] = reader.push(bytes)
  if (frame === undefined || more.length > 0 || reader.heldBytes > 0) {
    throw new ProtocolError('Cannot read a spooled request: it is not one whole frame')
  }
  if (frame.type !== frameType.request) {
    throw new ProtocolError(`Cannot read a spooled request: it is a frame of type ${frame.type}`)
  }
  const request = decodeShimRequest(frame.payload)
  const command = request.environment.CNI_COMMAND
  if (command === 'DEL') return request
  throw new ProtocolError(`Cannot read a spooled request: its command is ${JSON.stringify(command)}, not DEL`)
}
