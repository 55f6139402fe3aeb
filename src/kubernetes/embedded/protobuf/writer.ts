// SPDX-License-Identifier: Apache-2.0

// Fields of a protocol buffers message as bytes; a message is its fields one after the other.

/** A message, or a part of one. */
export type Encoded = Uint8Array

/** Fields one after the other. */
export function message(...fields: readonly Encoded[]): Encoded {
  return Buffer.concat(fields)
}

/** A field that is a text; nothing when the text is empty, as that is the default. */
export function textField(number: number, text: string | undefined): Encoded {
  return text === undefined || text === '' ? none : bytesField(number, Buffer.from(text))
}

/** A field that is a message, or any other run of bytes. */
export function bytesField(number: number, bytes: Encoded): Encoded {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

/** A field that is true; nothing when it is not, as that is the default. */
export function boolField(number: number, value: boolean): Encoded {
  return value ? Buffer.concat([varint(number * 8), varint(1)]) : none
}

/** A field that occurs once per item. */
export function repeated<T>(number: number, items: readonly T[], encode: (item: T) => Encoded): Encoded {
  return Buffer.concat(items.map((item) => bytesField(number, encode(item))))
}

const none = new Uint8Array()

function varint(value: number): Encoded {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
  return Uint8Array.from([...bytes, rest])
}
