// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync } from 'node:fs'

/** A process of this pid namespace. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly residentMiB: number
}

interface Stat extends Process {
  readonly name: string
  readonly addressSpace: string
}

/**
 * All processes, at about the same moment. A child that still is what its parent is, because it has been forked and not yet
 * become another program, counts nothing: its memory is the parent's.
 */
export function readProcesses(): readonly Process[] {
  const all = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readStat(Number(name))
    if (stat !== undefined) all.set(stat.pid, stat)
  }
  return [...all.values()].map((one) => (isCopy(one, all.get(one.parent)) ? { ...one, residentMiB: 0 } : one))
}

function isCopy(child: Stat, parent: Stat | undefined): boolean {
  return child.name === parent?.name && child.addressSpace === parent.addressSpace
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, name = '', rest = ''] = /\((.*)\) (.*)$/s.exec(text) ?? []
    const fields = rest.split(' ')
    const residentMiB = (Number(fields[21]) * 4096) / 2 ** 20
    return { pid, parent: Number(fields[1]), residentMiB, name, addressSpace: fields[20] ?? '' }
  } catch {
    return undefined // it has ended
  }
}

/** What a process has started, and what that has started, and so on. */
export function descendants(processes: readonly Process[], pid: number): readonly Process[] {
  const children = processes.filter(({ parent }) => parent === pid)
  return children.flatMap((child) => [child, ...descendants(processes, child.pid)])
}
