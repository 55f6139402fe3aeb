// SPDX-License-Identifier: Apache-2.0

import { formatMac, ipFromBytes, ipToBytes, macToBytes, PlaitError } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import type { ByteWriter } from './byte-writer.ts'

/** How a value stands in a message: one of the words that the tables of attributes are made of. */
export interface Payload<T> {
  /** Puts the value at the end of a message. */
  write(value: T, out: ByteWriter): void
  /**
   * The value in `bytes` from `start` up to `end`; it shares no memory with them.
   *
   * @throws PlaitError `net/no-answer` when it does not fit there.
   */
  read(bytes: Buffer, start: number, end: number, keepUnknown?: boolean): T
  /** Given when the value is a list whose members stand in attributes of their own. */
  readonly each?: Payload<unknown>
}

/** The error for bytes that are no message of the kernel. */
export function malformed(what: string): PlaitError {
  return new PlaitError('net/no-answer', `Cannot read a netlink message: ${what}`)
}

function need(size: number, start: number, end: number): void {
  if (end - start < size) throw malformed(`${end - start} bytes where ${size} are needed`)
}

/** One byte, unsigned. */
export const u8: Payload<number> = {
  write: (value, out) => out.uint(value, 1),
  read(bytes, start, end) {
    need(1, start, end)
    return bytes.readUInt8(start)
  },
}

/** Two bytes, unsigned, little-endian as the machine is. */
export const u16: Payload<number> = {
  write: (value, out) => out.uint(value, 2),
  read(bytes, start, end) {
    need(2, start, end)
    return bytes.readUInt16LE(start)
  },
}

/** Four bytes, unsigned, little-endian as the machine is. */
export const u32: Payload<number> = {
  write: (value, out) => out.uint(value, 4),
  read(bytes, start, end) {
    need(4, start, end)
    return bytes.readUInt32LE(start)
  },
}

/** Four bytes, signed, little-endian as the machine is. */
export const s32: Payload<number> = {
  write: (value, out) => out.uint(value, 4),
  read(bytes, start, end) {
    need(4, start, end)
    return bytes.readInt32LE(start)
  },
}

/** An integer in network byte order. */
export const u16be: Payload<number> = {
  write: (value, out) => out.uintBe(value, 2),
  read(bytes, start, end) {
    need(2, start, end)
    return bytes.readUInt16BE(start)
  },
}

/** A byte that is 0 or 1. */
export const bool: Payload<boolean> = {
  write: (value, out) => out.uint(value ? 1 : 0, 1),
  read: (bytes, start, end) => u8.read(bytes, start, end) !== 0,
}

/** Text with a NUL at its end. */
export const text: Payload<string> = {
  write(value, out) {
    bareText.write(value, out)
    out.zeros(1)
  },
  read: readText,
}

/** Text that is written without a NUL; one is dropped when read. */
export const bareText: Payload<string> = {
  write(value, out) {
    // The kernel would stop there and act on another name than the one that was checked.
    if (value.includes('\0'))
      throw new PlaitError('config/invalid', 'Cannot send text with a NUL character to the kernel')
    out.text(value)
  },
  read: readText,
}

function readText(bytes: Buffer, start: number, end: number): string {
  const nul = bytes.indexOf(0, start)
  return bytes.toString('utf8', start, nul === -1 || nul > end ? end : nul)
}

/** Bytes as they are. */
export const raw: Payload<Buffer> = {
  write: (value, out) => out.bytes(value),
  read: (bytes, start, end) => Buffer.from(bytes.subarray(start, end)),
}

/** A hardware address in lower-case colon form; tunnels have other lengths than 6 bytes. */
export const mac: Payload<string> = {
  write: (value, out) => out.bytes(macToBytes(value)),
  read: (bytes, start, end) => formatMac(bytes.subarray(start, end)),
}

/** An IP address of 4 or 16 bytes. */
export const ip: Payload<IpAddress> = {
  write: (value, out) => out.bytes(ipToBytes(value)),
  read(bytes, start, end) {
    if (end - start !== 4 && end - start !== 16) throw malformed(`an address of ${end - start} bytes`)
    return ipFromBytes(bytes.subarray(start, end))
  },
}
