// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { removeFile, systemErrorCode } from '../../base/index.ts'
import { formatCacheEntry } from './entry.ts'
import type { CachedAttachment } from './entry.ts'
import type { AttachmentKey } from './path.ts'
import { cacheFilePath } from './path.ts'

const directoryMode = 0o700
const fileMode = 0o600

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
  const temporary = temporaryOf(path)
  try {
    writeNew(temporary, formatCacheEntry(attachment))
    renameSync(temporary, path)
  } catch (error) {
    // Nothing of it may be there: unlike removeFile(), this is silent then on a read-only file system too.
    rmSync(temporary, { force: true })
    throw error
  }
}

function writeNew(path: string, text: string): void {
  const options = { mode: fileMode }
  try {
    writeFileSync(path, text, options)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    mkdirSync(join(path, '..'), { recursive: true, mode: directoryMode })
    writeFileSync(path, text, options)
  }
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
