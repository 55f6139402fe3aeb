// SPDX-License-Identifier: Apache-2.0

import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The files in a directory and those below, as paths from there; without those that stay for good. */
export function filesBelow(directory: string, keptFile: RegExp): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) => !keptFile.test(path))
    .toSorted()
}
