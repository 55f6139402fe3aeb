// SPDX-License-Identifier: Apache-2.0

import { SpoolDirectory } from '../spool/spool-directory.ts'
import type { FileReport } from './site.ts'

/** Deletions that a shim has kept for a daemon: without one nobody does them. No report when there are none. */
export async function undoneDeletions(spoolDir: string): Promise<FileReport[]> {
  const { length } = await new SpoolDirectory(spoolDir).list()
  if (length === 0) return []
  const what = length === 1 ? 'a deletion of a pod' : `${length} deletions of pods`
  return [
    { path: spoolDir, did: 'left', note: `${what} that no daemon has done; start one to have them done` },
  ]
}
