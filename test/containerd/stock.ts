// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow } from '../netns/files-below.ts'
import { dig, ip } from '../netns/fixture.ts'
import type { RuntimeNode } from './runtime-node.ts'
import { textOf } from './text-of.ts'

/** What sandboxes can leave on a node, one line per thing. */
export interface Stock {
  readonly links: readonly string[]
  readonly namespaces: readonly string[]
  readonly mounts: readonly string[]
  readonly files: readonly string[]
  readonly processes: readonly string[]
  /** Network namespaces besides its own that the daemon holds open. */
  readonly openNamespaces: number
}

/** Takes it, by `ip` and by looking at the files. */
export function stockOf({ node, host, daemon }: RuntimeNode): Stock {
  return {
    links: ip(host, 'link', 'show').map((link) =>
      [link['ifname'], dig(link, 'linkinfo', 'info_kind'), link['master']].map(textOf).join(' '),
    ),
    namespaces: readdirSync(node.path('/run/netns')),
    mounts: linesOf(`/proc/${node.pid}/mounts`),
    files: ['/var/lib/cni', '/run/multus'].flatMap((directory) => filesBelow(node.path(directory), keptFile)),
    processes: processesIn(node.path('/proc')),
    openNamespaces: daemon.openNamespaces,
  }
}

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

/** What host-local keeps of a network for good: the lock, and where its rotation stands. */
const keptFile = /\/(?:lock|last_reserved_ip\.\d+)$/

function processesIn(proc: string): string[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return linesOf(join(proc, pid, 'comm'))
      } catch {
        return [] // it ended since the folder was read
      }
    })
    .toSorted()
}
