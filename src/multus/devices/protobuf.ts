// SPDX-License-Identifier: Apache-2.0

/** The fields of one protobuf message that hold bytes, by field number, in order. */
export type ProtobufFields = ReadonlyMap<number, readonly Buffer[]>

const wireVarint = 0
const wireFixed64 = 1
const wireBytes = 2
const wireFixed32 = 5

/**
 * The length-delimited fields of a message: texts, bytes and messages. Numbers are skipped.
 *
 * @throws Error when the bytes are no message.
 */
export function readProtobuf(bytes: Buffer): ProtobufFields {
  const fields = new Map<number, Buffer[]>()
  let offset = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[offset++]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw malformed(offset)
  }
  while (offset < bytes.length) {
    const tag = varint()
    const wire = tag & 7
    if (wire === wireVarint) varint()
    else if (wire === wireFixed64) offset += 8
    else if (wire === wireFixed32) offset += 4
    else if (wire === wireBytes) {
      const length = varint()
      if (offset + length > bytes.length) throw malformed(offset)
      const field = Math.floor(tag / 8)
      fields.set(field, [...(fields.get(field) ?? []), bytes.subarray(offset, offset + length)])
      offset += length
    } else throw malformed(offset)
  }
  if (offset > bytes.length) throw malformed(offset)
  return fields
}

function malformed(offset: number): Error {
  return new Error(`Cannot read protobuf message: it is malformed at byte ${offset}`)
}
