// SPDX-License-Identifier: Apache-2.0

import { encodeField, encodeNumber, FieldReader } from './fields.ts'
import { protocolLimits } from './limits.ts'
import { ProtocolError } from './protocol-error.ts'

/** Where a plugin is on the host of the shim: the payload of a FOUND frame. */
export interface Found {
  readonly id: number
  /** The directories of CNI_PATH that hold it, as they are written there. */
  readonly directories: readonly string[]
}

/** The payload of a FIND frame: which directories of CNI_PATH hold a plugin of that name? */
export function encodeFind(id: number, name: string): Buffer {
  return Buffer.concat([encodeNumber(id), encodeField(name)])
}

/**
 * What a FOUND frame says.
 *
 * @throws ProtocolError
 */
export function decodeFound(payload: Buffer): Found {
  const reader = new FieldReader(payload, 'a FOUND frame')
  const id = reader.number()
  const count = reader.number()
  if (count > protocolLimits.directories) {
    throw new ProtocolError(
      `Cannot read a FOUND frame: it names ${count} directories, at most ${protocolLimits.directories} are allowed`,
    )
  }
  const directories = Array.from({ length: count }, () => reader.text())
  reader.end()
  return { id, directories }
}
