// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import type { Content } from './node-files.ts'

/** The fingerprint of nothing. */
export const absent = 'absent'

/** What is at a path, as text that is equal exactly when it is the same: content of a file, target of a link. */
export function fingerprint(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return absent
  if (stats.isSymbolicLink()) return fingerprintOf({ link: readlinkSync(path) })
  if (stats.isFile()) return fingerprintOf({ bytes: readFileSync(path) })
  return 'neither file nor link'
}

/** The fingerprint that a path has when this is there. */
export function fingerprintOf(content: Content | { readonly bytes: Uint8Array }): string {
  if ('link' in content) return `link ${content.link}`
  return `sha256 ${createHash('sha256').update(content.bytes).digest('hex')}`
}
