// SPDX-License-Identifier: Apache-2.0

import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  linkSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

// A container id of a runtime has 64 characters, an interface name at most 15.
const buffer = Buffer.alloc(1024)

/** The text of a file of a few bytes; faster than fs.readFileSync, of which a busy pool needs hundreds. */
export function readSmallFile(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0))
  } finally {
    closeSync(fd)
  }
}

/**
 * Makes a file that must not exist, whole or not at all, whatever ends this process meanwhile. To be called by one at a
 * time in a directory.
 */
export function createFile(path: string, text: string): void {
  const temporary = join(dirname(path), '.plait-new')
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600)
  writeOrRemove(fd, temporary, { text, remove: true })
  try {
    linkSync(temporary, path)
  } finally {
    unlinkSync(temporary)
  }
}

/** Puts a text in place of a file's content; a file that could not be written is not left empty. */
export function overwriteFile(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600)
  writeOrRemove(fd, path, { text, remove: fstatSync(fd).size === 0 })
}

function writeOrRemove(fd: number, path: string, { text, remove }: { text: string; remove: boolean }): void {
  try {
    const bytes = Buffer.from(text)
    const written = writeSync(fd, bytes, 0, bytes.length, 0)
    if (written < bytes.length)
      throw new Error(`write ${path}: only ${written} of ${bytes.length} bytes fitted`)
    ftruncateSync(fd, bytes.length)
  } catch (error) {
    if (remove) unlinkSync(path)
    throw error
  } finally {
    closeSync(fd)
  }
}
