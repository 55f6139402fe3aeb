// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { commandLine, isRoot } from '../../command-line.ts'

/** `plait lab exec`: runs a command in a pod of the lab that is up. */
export function labExecCommand(): Command {
  return new Command('exec')
    .description('run a command in a pod of the lab that is up')
    .argument('<pod>', 'NAME or NAMESPACE/NAME')
    .argument('<command...>', 'after "--"; the pods have what busybox has')
    .passThroughOptions()
    .action(async (pod: string, command: readonly string[]) => {
      const { visitLab } = await import('../../../lab/index.ts')
      const visitor = { env: process.env, root: isRoot(), cli: commandLine() }
      process.exitCode = await visitLab(visitor, ['lab', 'inside', 'exec', pod, ...withoutDashes(command)])
    })
}

// Words after the pod are passed through as they are, the dashes that set them apart among them.
function withoutDashes(command: readonly string[]): readonly string[] {
  return command[0] === '--' ? command.slice(1) : command
}
