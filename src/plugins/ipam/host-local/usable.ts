// SPDX-License-Identifier: Apache-2.0

import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { cniErrorCode, CniError } from '../../../cni/index.ts'
import { systemErrorText } from '../../kit/system-error.ts'

/**
 * Holds the directory of reservations against what an ADD needs, without making anything.
 *
 * @throws CniError code 50 when it could not be made or written.
 */
export function requireUsable(directory: string): void {
  const existing = nearestExisting(directory)
  const problem = problemWith(existing)
  if (problem === undefined) return
  const text = `Cannot keep reservations in ${directory}: ${problem}`
  const details = 'free space on that file system, make it writable, or set ipam.dataDir'
  throw new CniError(cniErrorCode.notAvailable, text, { details, id: 'ipam/store-unusable' })
}

function nearestExisting(path: string): string {
  return existsSync(path) || path === '/' ? path : nearestExisting(dirname(path))
}

function problemWith(path: string): string | undefined {
  if (!statSync(path).isDirectory()) return `${path} is not a directory`
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    return systemErrorText(error)
  }
  const { bavail, files, ffree } = statfsSync(path)
  // A file system without a fixed number of inodes says that it has none at all.
  return bavail === 0 || (files > 0 && ffree === 0) ? `no space left on ${path}` : undefined
}
