// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readlinkSync } from 'node:fs'

/** How many network namespaces besides its own a process holds open. */
export function openNamespaces(pid: number): number {
  const own = linkOf(`/proc/${pid}/ns/net`)
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
    .filter((target) => target.startsWith('net:') && target !== own).length
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // closed since the folder was read
  }
}
