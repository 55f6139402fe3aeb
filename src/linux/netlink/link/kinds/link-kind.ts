// SPDX-License-Identifier: Apache-2.0

import { ByteWriter } from '../../codec/byte-writer.ts'
import type { Payload } from '../../codec/payload.ts'

/** What the room has to know about one kind of link: one file each. */
export interface LinkKind<Spec, Info> {
  /** The kernel's name of the kind. */
  readonly kind: string
  /** The IFLA_INFO_DATA that makes a link as wanted; undefined when the kind needs none. */
  readonly encode: (spec: Spec) => Buffer | undefined
  /** What IFLA_INFO_DATA says about a link. */
  readonly decode: (data: Buffer) => Info
}

/** The bytes of a value, for data that is nested in another attribute. */
export function encodePayload<T>(payload: Payload<T>, value: T): Buffer {
  const out = new ByteWriter()
  payload.write(value, out)
  return out.finish()
}

/** The value of whole bytes. */
export function decodePayload<T>(payload: Payload<T>, bytes: Buffer): T {
  return payload.read(bytes, 0, bytes.length, false)
}
