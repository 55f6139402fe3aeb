// SPDX-License-Identifier: Apache-2.0

import type { Payload } from './payload.ts'
import type { Struct } from './struct.ts'

/** A message of one family: its fixed header and its attributes. */
export interface Message<Header, Attributes> {
  readonly header: Header
  readonly attributes: Attributes
}

/** A codec for the messages of one family, for what stands behind the nlmsghdr. */
export interface MessageCodec<Header, Attributes> {
  write(
    message: { header: Partial<Header>; attributes: Attributes },
    out: Parameters<Payload<unknown>['write']>[1],
  ): void
  read(bytes: Buffer, start: number, end: number, keepUnknown?: boolean): Message<Header, Attributes>
}

/** Puts a header and attributes together. */
export function message<Header, Attributes>(
  header: Struct<Header>,
  attributes: Payload<Attributes>,
): MessageCodec<Header, Attributes> {
  return {
    write(value, out) {
      header.write(value.header, out)
      attributes.write(value.attributes, out)
    },
    read: (bytes, start, end, keepUnknown) => ({
      header: header.read(bytes, start, end),
      attributes: attributes.read(bytes, start + header.size, end, keepUnknown),
    }),
  }
}
