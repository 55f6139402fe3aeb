// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The boot that the node is in. */
export interface Boot {
  /** Differs from that of every other boot of every node; random(4). */
  readonly id: string
  /** Milliseconds since 1970 by the clock as it is set now; a clock that was set meanwhile moves it (proc_stat(5)). */
  readonly startedMs: number
}

/** The boot that this node is in. @throws the error of the file system. */
export function readBoot(proc = '/proc'): Boot {
  const [, seconds = '0'] = /^btime (\d+)$/m.exec(readFileSync(join(proc, 'stat'), 'utf8')) ?? []
  const id = readFileSync(join(proc, 'sys/kernel/random/boot_id'), 'utf8').trim()
  return { id, startedMs: Number(seconds) * 1000 }
}
