// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors/system-error-code.ts'
import { removeFile } from './remove-file.ts'

/**
 * Writes a file of mode 0600 whole or not at all, by way of a temporary one in the same directory, which is made with mode
 * 0700 if need be. Neither synced nor asynchronous, for what a caller waits for: after a power failure the file may be
 * empty. {@link writeFileAtomic} is for what must outlive that.
 *
 * @throws the error of the file system; the temporary file is removed then.
 */
export function replaceFile(path: string, temporary: string, text: string): void {
  try {
    writeNew(temporary, text)
    renameSync(temporary, path)
  } catch (error) {
    drop(temporary)
    throw error
  }
}

function writeNew(path: string, text: string): void {
  const options = { mode: 0o600 }
  try {
    writeFileSync(path, text, options)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, text, options)
  }
}

function drop(path: string): void {
  try {
    removeFile(path)
  } catch {
    // The directory itself cannot be used, and the caller is about to hear of that.
  }
}
