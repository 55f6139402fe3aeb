// SPDX-License-Identifier: Apache-2.0

import { descendants, readProcesses } from './processes.ts'
import type { Process } from './processes.ts'

/** Whose memory is looked at. */
export interface WatchedProcesses {
  readonly daemonPid: number
  /** Its children are the shims. */
  readonly launcherPid: number
}

/** Resident memory in MiB. Pages that several processes share count for each. */
export interface NodeMemory {
  readonly daemon: number
  /** Plugins that are programs, whether the daemon or a shim started them. */
  readonly programs: number
  readonly shims: number
  /** Daemon and programs at the same moment. */
  readonly together: number
}

/** Looks at the memory of a node again and again, and keeps the most of each. */
export class MemoryWatch implements Disposable {
  #most: NodeMemory = { daemon: 0, programs: 0, shims: 0, together: 0 }
  readonly #timer: NodeJS.Timeout

  constructor(watched: WatchedProcesses, everyMs: number) {
    this.#timer = setInterval(() => (this.#most = greater(this.#most, look(watched))), everyMs)
  }

  /** The most of each until now. */
  get most(): NodeMemory {
    return this.#most
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

function look({ daemonPid, launcherPid }: WatchedProcesses): NodeMemory {
  const all = readProcesses()
  const shims = all.filter(({ parent }) => parent === launcherPid)
  const programs = [daemonPid, ...shims.map(({ pid }) => pid)].flatMap((pid) => descendants(all, pid))
  const daemon = sum(all.filter(({ pid }) => pid === daemonPid))
  return { daemon, programs: sum(programs), shims: sum(shims), together: daemon + sum(programs) }
}

function sum(processes: readonly Process[]): number {
  return processes.reduce((total, { residentMiB }) => total + residentMiB, 0)
}

function greater(a: NodeMemory, b: NodeMemory): NodeMemory {
  return {
    daemon: Math.max(a.daemon, b.daemon),
    programs: Math.max(a.programs, b.programs),
    shims: Math.max(a.shims, b.shims),
    together: Math.max(a.together, b.together),
  }
}
