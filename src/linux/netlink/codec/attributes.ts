// SPDX-License-Identifier: Apache-2.0

import { NLA_TYPE_MASK } from '../constants/netlink.ts'
import type { ByteWriter } from './byte-writer.ts'
import { malformed } from './payload.ts'
import type { Payload } from './payload.ts'

/** An attribute that a table does not name, kept as it came. */
export interface UnknownAttribute {
  /** The type with its flag bits. */
  readonly type: number
  readonly payload: Buffer
}

/** Name → the kernel's number (with the flag bits that are to be sent) and the payload. */
export type AttributeTable = Readonly<Record<string, readonly [type: number, payload: Payload<unknown>]>>

/** The values that a table describes, each of them optional, and under `unknown` what it does not describe. */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: (Table[Name][1] extends Payload<infer Value> ? Value : never) | undefined
} & { readonly unknown?: readonly UnknownAttribute[] | undefined }

/** The values that a codec reads and writes. */
export type ValuesOf<Codec> = Codec extends Payload<infer Values> ? Values : never

interface Field {
  readonly name: string
  readonly type: number
  readonly payload: Payload<unknown>
  readonly each: Payload<unknown> | undefined
}

const headerSize = 4

/**
 * A codec for a sequence of attributes, from a table that is its type as well. Attributes are written
 * in the order of the value's keys, so a message that was read is written back byte for byte; what the
 * table does not name is kept and written last.
 *
 * @example
 * const macvlan = attrs({ mode: [IFLA_MACVLAN_MODE, u32], flags: [IFLA_MACVLAN_FLAGS, u16] })
 * macvlan.read(bytes, 0, bytes.length) // { mode: 4 }
 */
export function attrs<const Table extends AttributeTable>(table: Table): Payload<AttributeValues<Table>> {
  const fields = Object.entries(table).map(([name, [type, payload]]) => ({
    name,
    type,
    payload,
    each: payload.each,
  }))
  const byName = new Map<string, Field>(fields.map((field) => [field.name, field]))
  const byType: (Field | undefined)[] = []
  for (const field of fields) byType[field.type & NLA_TYPE_MASK] = field

  return {
    write(values, out) {
      for (const [name, value] of Object.entries(values)) {
        const field = byName.get(name)
        if (field !== undefined && value !== undefined) writeField(field, value, out)
      }
      for (const { type, payload } of values.unknown ?? []) {
        const at = beginAttribute(type, out)
        out.bytes(payload)
        endAttribute(at, out)
      }
    },

    read(bytes, start, end, keepUnknown = true) {
      const values: Record<string, unknown> = {}
      let unknown: UnknownAttribute[] | undefined
      for (let at = start; at + headerSize <= end;) {
        const size = attributeSize(bytes, at, end)
        const type = bytes.readUInt16LE(at + 2)
        const field = byType[type & NLA_TYPE_MASK]
        if (field !== undefined)
          readField(field, values, { bytes, start: at + headerSize, end: at + size, keepUnknown })
        else if (keepUnknown)
          (unknown ??= []).push({ type, payload: Buffer.from(bytes.subarray(at + headerSize, at + size)) })
        at += (size + 3) & ~3
      }
      if (unknown !== undefined) values['unknown'] = unknown
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- names and payloads are those of the table
      return values as AttributeValues<Table>
    },
  }
}

/** Puts the header of an attribute; its payload follows, then {@link endAttribute} with what this returned. */
export function beginAttribute(type: number, out: ByteWriter): number {
  const at = out.length
  out.uint(0, 2)
  out.uint(type, 2)
  return at
}

/** Completes an attribute: notes its length and pads it. */
export function endAttribute(at: number, out: ByteWriter): void {
  out.patch(at, out.length - at, 2)
  out.align()
}

/** An attribute that may come several times; its value is the list. */
export function many<T>(each: Payload<T>): Payload<readonly T[]> {
  return {
    each,
    write: (values, out) => values.forEach((value) => each.write(value, out)),
    read: (bytes, start, end, keepUnknown) => [each.read(bytes, start, end, keepUnknown)],
  }
}

function writeField({ type, payload, each }: Field, value: unknown, out: ByteWriter): void {
  for (const item of each !== undefined && Array.isArray(value) ? value : [value]) {
    const at = beginAttribute(type, out)
    ;(each ?? payload).write(item, out)
    endAttribute(at, out)
  }
}

interface Span {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly keepUnknown: boolean
}

function readField(
  field: Field,
  values: Record<string, unknown>,
  { bytes, start, end, keepUnknown }: Span,
): void {
  const value = field.payload.read(bytes, start, end, keepUnknown)
  const earlier = values[field.name]
  values[field.name] = field.each !== undefined && Array.isArray(earlier) ? earlier.concat(value) : value
}

function attributeSize(bytes: Buffer, at: number, end: number): number {
  const size = bytes.readUInt16LE(at)
  if (size < headerSize || at + size > end)
    throw malformed(`an attribute of ${size} bytes where ${end - at} are left`)
  return size
}
