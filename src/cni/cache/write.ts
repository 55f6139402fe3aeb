// SPDX-License-Identifier: Apache-2.0

import { basename, dirname, join } from 'node:path'
import { removeFile, replaceFile } from '../../base/index.ts'
import { formatCacheEntry } from './entry.ts'
import type { CachedAttachment } from './entry.ts'
import type { AttachmentKey } from './path.ts'
import { cacheFilePath } from './path.ts'

/**
 * Remembers an attachment. A reader sees the old file or the new one whole.
 *
 * Not synced to the disk and not asynchronous, because every ADD waits for it: 0.03 ms instead of 1.1 ms. After a
 * power failure the file may be empty; then the pods are gone too, and DEL goes on without it.
 *
 * @throws the error of the file system, CniError for a name that is not safe in a file name.
 */
export function writeCachedAttachment(cacheDir: string, attachment: CachedAttachment): void {
  const path = cacheFilePath(cacheDir, attachment)
  replaceFile(path, temporaryOf(path), formatCacheEntry(attachment))
}

/** Forgets an attachment; one that is not known is no error. */
export function removeCached(cacheDir: string, key: AttachmentKey): void {
  const path = cacheFilePath(cacheDir, key)
  removeFile(path)
  // A process that was killed while it remembered the attachment has left this one.
  removeFile(temporaryOf(path))
}

const longestName = 255

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, longestName - '..tmp'.length)}.tmp`)
}
