// SPDX-License-Identifier: Apache-2.0

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode } from '../../base/index.ts'

/**
 * The files of a node below a directory, as the node names them (`/var/lib/cni/networks/…`), sorted; none when the
 * directory does not exist.
 *
 * @param root where the node's file system is found from here.
 */
export async function listNodeFiles(root: string, directory: string): Promise<string[]> {
  const names = await listTree(join(root, directory))
  return names.map((name) => join(directory, name)).toSorted()
}

async function listTree(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}
