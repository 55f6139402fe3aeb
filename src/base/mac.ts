// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from './errors/plait-error.ts'

const colons = /^[\da-f]{2}(?::[\da-f]{2})+$/i
const hyphens = /^[\da-f]{2}(?:-[\da-f]{2})+$/i
const dots = /^[\da-f]{4}(?:\.[\da-f]{4})+$/i
const byteCounts: ReadonlySet<number> = new Set([6, 8, 20])

/**
 * A hardware address in lower-case colon form, from any notation that Go's net.ParseMAC takes: 6, 8 or
 * 20 bytes as pairs with ":" or "-", or as groups of four digits with ".".
 *
 * @throws PlaitError with Go's text (`address x: invalid MAC address`), which tools match.
 */
export function parseMac(text: string): string {
  if (colons.test(text) || hyphens.test(text) || dots.test(text)) {
    const digits = text.replaceAll(/[:.-]/g, '').toLowerCase()
    if (byteCounts.has(digits.length / 2)) return digits.replaceAll(/(..)(?=.)/g, '$1:')
  }
  throw new PlaitError('config/mac-invalid', `address ${text}: invalid MAC address`)
}

/** The bytes of an address in any notation of {@link parseMac}. */
export function macToBytes(text: string): Buffer {
  return Buffer.from(parseMac(text).replaceAll(':', ''), 'hex')
}

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The lower-case colon form of address bytes; an empty text for no bytes. */
export function formatMac(bytes: Uint8Array): string {
  // By hand, because each link that is read has two or three of them.
  let text = ''
  for (const byte of bytes) text += `${text && ':'}${pairs[byte] ?? ''}`
  return text
}
