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
import { systemErrorCode } from '../../../base/index.ts'

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

/** As {@link readSmallFile}; undefined when there is no such file. */
export function readIfPresent(path: string): string | undefined {
  try {
    return readSmallFile(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes a file that must not exist, whole or not at all, whatever ends this process meanwhile. To be called by one at a
 * time in a directory.
 */
export function createFile(path: string, text: string): void {
  const temporary = join(dirname(path), '.plait-new')
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600)
  try {
    try {
      writeWhole(fd, temporary, text)
    } finally {
      closeSync(fd)
    }
    linkSync(temporary, path)
  } finally {
    unlinkSync(temporary)
  }
}

/** Puts a text in place of a file's content; a file that could not be written is not left empty. */
export function overwriteFile(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600)
  try {
    ftruncateSync(fd, writeWhole(fd, path, text))
  } catch (error) {
    if (fstatSync(fd).size === 0) unlinkSync(path)
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Writes at the beginning; gives the number of bytes. */
function writeWhole(fd: number, path: string, text: string): number {
  const bytes = Buffer.from(text)
  const written = writeSync(fd, bytes, 0, bytes.length, 0)
  if (written < bytes.length)
    throw new Error(`write ${path}: only ${written} of ${bytes.length} bytes fitted`)
  return written
}
