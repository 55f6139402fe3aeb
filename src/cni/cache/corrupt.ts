// SPDX-License-Identifier: Apache-2.0

import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How the names of files end that were kept aside because they could not be used. */
export const corruptSuffix = '.corrupt'

const keptFiles = 64

/**
 * Renames a result file that cannot be used, so that a person can look at it and no later call meets it. The
 * oldest of more than 64 such files are removed.
 *
 * @returns where the file is.
 * @throws the error of the file system.
 */
export function keepAside(path: string): string {
  const aside = `${path}${corruptSuffix}`
  renameSync(path, aside)
  dropOldest(dirname(path))
  return aside
}

function dropOldest(directory: string): void {
  const names = readdirSync(directory).filter((name) => name.endsWith(corruptSuffix))
  if (names.length <= keptFiles) return
  const byAge = names
    .map((name) => join(directory, name))
    .map((path) => ({ path, changedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.changedMs - a.changedMs)
  for (const { path } of byAge.slice(keptFiles)) rmSync(path, { force: true })
}
