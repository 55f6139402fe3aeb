// SPDX-License-Identifier: Apache-2.0

import { runCommand } from '../../base/index.ts'
import { isMeant } from '../scenario/is-meant.ts'
import type { NodeAction } from '../scenario/node-action.ts'
import { untilNodeReady } from './lab-node.ts'
import type { NodeProcesses } from './lab-node.ts'

const commandTimeoutMs = 30_000

/**
 * Does one thing to the nodes that it is for, one after the other.
 *
 * @throws CommandError with what a command printed; PlaitError, TimeoutError when a daemon does not start or end.
 */
export async function actOnNodes(action: NodeAction, all: readonly NodeProcesses[]): Promise<void> {
  const meant = all.filter(({ node }) => isMeant(node, action.nodes))
  for (const one of meant) await act(action, one)
}

async function act(action: NodeAction, one: NodeProcesses): Promise<void> {
  if ('sh' in action) await runOn(one, ['sh', '-c', action.sh])
  else if ('plait' in action) await runOn(one, [...one.cli, ...action.plait])
  else if (action.daemon === 'stop') await one.daemon.stop()
  else {
    one.daemon.start()
    await untilNodeReady(one)
  }
}

async function runOn({ holder }: NodeProcesses, command: readonly string[]): Promise<void> {
  await runCommand(holder.enter(command), { timeoutMs: commandTimeoutMs })
}
