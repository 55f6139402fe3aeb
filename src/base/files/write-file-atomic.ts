// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncDirectory } from './sync-directory.ts'

/** Modes of what is written. */
export interface AtomicWriteOptions {
  /** Exactly these permission bits, whatever the umask. */
  readonly mode: number
  /** When given, missing directories are made with this mode. */
  readonly directoryMode?: number
}

/**
 * Writes a file so that a reader, also after a crash, sees the old content or the new one whole:
 * temporary file in the same directory, fsync, rename, fsync of the directory.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode, directoryMode }: AtomicWriteOptions,
): Promise<void> {
  const directory = dirname(path)
  if (directoryMode !== undefined) await mkdir(directory, { recursive: true, mode: directoryMode })
  const temporary = join(directory, `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await writeSynced(temporary, data, mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw naming(path, temporary, error)
  }
  await syncDirectory(directory)
}

// The temporary name means nothing to a reader, and is another one each time, as if the failure were a new one.
function naming(path: string, temporary: string, error: unknown): unknown {
  if (error instanceof Error) error.message = error.message.replaceAll(temporary, path)
  return error
}

async function writeSynced(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode)
  await file.chmod(mode)
  await file.writeFile(data)
  await file.sync()
}
