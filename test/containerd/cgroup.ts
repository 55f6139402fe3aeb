// SPDX-License-Identifier: Apache-2.0

import { globSync, rmdirSync } from 'node:fs'
import { waitFor } from '../../src/base/index.ts'

/** Removes a control group, with those below it, from every hierarchy; the processes in it may still be ending. */
export async function removeCgroup(path: string): Promise<void> {
  const isGone = (): boolean => groups(path).filter((group) => !tryRemove(group)).length === 0
  await waitFor(isGone, { timeoutMs: 5000, what: `the control groups ${path} to be removed` })
}

/** Those below come first. */
function groups(path: string): string[] {
  return globSync([`/sys/fs/cgroup/*${path}/**/`, `/sys/fs/cgroup${path}/**/`])
    .toSorted()
    .toReversed()
}

function tryRemove(group: string): boolean {
  try {
    rmdirSync(group)
    return true
  } catch {
    return false // processes in it are ending
  }
}
