// SPDX-License-Identifier: Apache-2.0

import { readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { PlaitError, systemErrorCode } from '../../base/index.ts'

// Far beyond any network; a device or a log file named by mistake must not fill the memory.
const largestFileBytes = 4 << 20

/**
 * The bytes of a configuration file; links are followed.
 *
 * @throws PlaitError when it is no regular file, too large or cannot be read.
 */
export function readConfigFile(path: string): Buffer {
  const stats = reading(path, () => statSync(path))
  if (!stats.isFile()) throw new PlaitError('config/invalid', 'CNI configuration path is not a regular file')
  if (stats.size > largestFileBytes) {
    const problem = `${stats.size} bytes are more than the ${largestFileBytes} allowed`
    throw new PlaitError('config/invalid', `error reading ${path}: ${problem}`)
  }
  return reading(path, () => readFileSync(path))
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new PlaitError('config/invalid', `error reading ${path}`, { cause: error })
  }
}

/**
 * The paths of the files directly in a directory that have one of the extensions, by the bytes of their names;
 * none when there is no such directory.
 *
 * @throws the error of the file system when the directory cannot be read.
 */
export function listConfigFiles(directory: string, extensions: readonly string[]): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && extensions.includes(extname(entry.name)))
      .map(({ name }) => Buffer.from(name))
      .sort((a, b) => a.compare(b))
      .map((name) => join(directory, name.toString()))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}
