// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'

/** The processes that the first thread of a process has started; none when it has ended. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text
      .split(' ')
      .filter((word) => word !== '')
      .map(Number)
  } catch {
    return [] // It has ended.
  }
}
