// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { waitFor } from '../../src/base/index.ts'
import type { Session } from './run-plait.ts'

/** What a lab could leave on the machine. */
export interface MachineState {
  readonly links: readonly string[]
  readonly namedNamespaces: readonly string[]
  readonly mounts: readonly string[]
}

/** The machine's own links, named network namespaces and mounts, by `ip` and /proc. */
export function readMachine(): MachineState {
  const { stdout } = spawnSync('ip', ['-br', 'link'], { encoding: 'utf8' })
  return {
    links: stdout.split('\n').map((line) => line.split(' ', 1)[0] ?? ''),
    namedNamespaces: existsSync('/run/netns') ? readdirSync('/run/netns').filter(isOfTheLab) : [],
    mounts: readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes('plait')),
  }
}

// Other tests make named namespaces meanwhile; these are the names that a lab gives.
function isOfTheLab(name: string): boolean {
  return /^(cni-|r-|gateway|station)/.test(name)
}

/** The processes of a session, and the network namespaces that they are in. */
export function readProcesses({ mark }: Session): {
  readonly pids: string[]
  readonly namespaces: Set<string>
} {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && hasMark(name, mark))
  const namespaces = pids.flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/net`)]
    } catch {
      return [] // It has ended meanwhile.
    }
  })
  return { pids, namespaces: new Set(namespaces) }
}

function hasMark(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)
  } catch {
    return false // It has ended meanwhile.
  }
}

/** Ends when nothing of the session is left, and fails with what is after five seconds. */
export async function expectNothingLeft(session: Session, before: MachineState): Promise<void> {
  await waitFor(() => readProcesses(session).pids.length === 0, {
    timeoutMs: 5000,
    intervalMs: 50,
    what: `the processes of the lab to end; left: ${commandsOf(session)}`,
  })
  assert.deepEqual(readMachine(), before)
  assert.equal(existsSync(session.stateDirectory), false, 'the state directory is gone')
}

function commandsOf(session: Session): string {
  return readProcesses(session)
    .pids.map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return '' // It has ended meanwhile.
      }
    })
    .join(' | ')
}
