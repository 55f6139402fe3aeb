// SPDX-License-Identifier: Apache-2.0

import type { ByteWriter } from './byte-writer.ts'
import { malformed } from './payload.ts'
import type { Payload } from './payload.ts'

/** The fields of a C struct: name → offset and payload. */
export type StructTable = Readonly<Record<string, readonly [offset: number, payload: Payload<number>]>>

/** The values of a struct's fields. */
export type StructValues<Table extends StructTable> = { readonly [Name in keyof Table]: number }

/** A codec for a C struct of fixed size: fields that are not given, and padding, are zero. */
export interface Struct<Values> {
  readonly size: number
  write(values: Partial<Values>, out: ByteWriter): void
  /** @throws PlaitError when fewer bytes than the struct's size are left. */
  read(bytes: Buffer, start: number, end: number): Values
}

/** A codec for the struct that the table describes. */
export function struct<const Table extends StructTable>(
  size: number,
  table: Table,
): Struct<StructValues<Table>> {
  const fields = Object.entries(table)
    .map(([name, [offset, payload]]) => ({ name, offset, payload }))
    .sort((a, b) => a.offset - b.offset)
  return {
    size,
    write(values: Partial<Record<string, number>>, out) {
      const base = out.length
      for (const { name, offset, payload } of fields) {
        out.zeros(base + offset - out.length)
        payload.write(values[name] ?? 0, out)
      }
      out.zeros(base + size - out.length)
    },
    read(bytes, start, end) {
      if (end - start < size) throw malformed(`${end - start} bytes where a header of ${size} is needed`)
      const values: Record<string, number> = {}
      for (const { name, offset, payload } of fields) values[name] = payload.read(bytes, start + offset, end)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of the table
      return values as StructValues<Table>
    },
  }
}
