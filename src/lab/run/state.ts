// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PlaitError, parseJson, writeFileAtomic } from '../../base/index.ts'

const labState = v.object({
  /** The process that the enclosure became; its namespaces are the lab's. */
  pid: v.number(),
  /** When that process started, in the kernel's ticks: tells it from a later one with the same number. */
  startTicks: v.string(),
  scenario: v.string(),
  nodes: v.array(v.string()),
  /** RFC 3339. */
  since: v.string(),
})

/** What is remembered of a lab that was left running. */
export type LabState = v.InferOutput<typeof labState>

/**
 * The directory for the files of a lab that is up: `$XDG_RUNTIME_DIR/plait-lab`, else `/run/plait-lab` for root, else
 * `~/.local/state/plait/lab`.
 */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>, root: boolean): string {
  const runtime = env['XDG_RUNTIME_DIR'] ?? ''
  if (runtime !== '') return join(runtime, 'plait-lab')
  return root ? '/run/plait-lab' : join(homedir(), '.local/state/plait/lab')
}

/** Where the kubeconfig of a lab that is up is. */
export function kubeconfigPath(directory: string): string {
  return join(directory, 'kubeconfig')
}

/** Remembers a lab. */
export async function writeState(directory: string, state: LabState, kubeconfig: string): Promise<void> {
  await writeFileAtomic(kubeconfigPath(directory), kubeconfig, { mode: 0o600 })
  await writeFileAtomic(join(directory, 'lab.json'), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
}

/** The lab that is up, if any; files of one that has ended are removed. */
export function readState(directory: string): LabState | undefined {
  const state = tryRead(join(directory, 'lab.json'))
  if (state !== undefined && startTicksOf(state.pid) === state.startTicks) return state
  // What is left of a lab that was killed, or that never came up. A directory that cannot be seen holds nothing of ours.
  if (existsSync(directory)) removeState(directory)
  return undefined
}

/**
 * Makes the directory for a lab that is to stay.
 *
 * @throws PlaitError `lab/state-unwritable` when it cannot be made.
 */
export function makeStateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    const message = `Cannot keep the files of a running lab in ${directory}; set XDG_RUNTIME_DIR to a directory of your own`
    throw new PlaitError('lab/state-unwritable', message, { cause: error })
  }
}

/** The lab that is up. @throws PlaitError `lab/not-up` */
export function requireState(directory: string): LabState {
  const state = readState(directory)
  if (state !== undefined) return state
  throw new PlaitError('lab/not-up', 'Cannot find a running lab: none is up; start one with: plait lab up')
}

/** Forgets a lab, with its kubeconfig. */
export function removeState(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}

/** When a process started (proc(5), /proc/pid/stat, field 22); undefined when there is none of that number. */
export function startTicksOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold anything; what follows it is fields from the third on.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined // There is no such process.
  }
}

function tryRead(path: string): LabState | undefined {
  try {
    return v.parse(labState, parseJson(readFileSync(path, 'utf8')))
  } catch {
    return undefined // Absent, or left half by something else: no lab that could be found.
  }
}
