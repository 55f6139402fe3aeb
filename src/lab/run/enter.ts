// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { enterEnclosure } from '../ground/enclosure.ts'
import { endEnclosure } from '../ground/end-enclosure.ts'
import { withSystemDirectories } from '../ground/requirements.ts'
import { removeState, requireState, stateDirectory, type LabState } from './state.ts'

/** Who enters a lab, from the machine. */
export interface Visitor {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly root: boolean
  /** The command line of this program, to which a command is added. */
  readonly cli: readonly string[]
}

/**
 * Runs a command of this program inside the lab that is up, with this process's own input and output.
 *
 * @returns its exit code.
 * @throws PlaitError `lab/not-up`
 */
export async function visitLab({ env, root, cli }: Visitor, command: readonly string[]): Promise<number> {
  const { pid } = requireState(stateDirectory(env, root))
  const [program = '', ...args] = enterEnclosure([...cli, ...command], pid, root)
  const child = spawn(program, args, {
    cwd: '/',
    env: { ...env, PATH: withSystemDirectories(env['PATH'] ?? '') },
    stdio: 'inherit',
  })
  await once(child, 'close')
  return child.exitCode ?? 1
}

/** Takes down the lab that is up and forgets it. @throws PlaitError `lab/not-up` */
export async function endLab({ env, root }: Omit<Visitor, 'cli'>): Promise<LabState> {
  const directory = stateDirectory(env, root)
  const state = requireState(directory)
  await endEnclosure(state.pid)
  removeState(directory)
  return state
}
