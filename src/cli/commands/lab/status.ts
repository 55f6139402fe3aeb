// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { commandLine, isRoot } from '../../command-line.ts'
import { outputOption } from './lab-options.ts'

/** `plait lab status`: the lab that is up, its pods and their interfaces. */
export function labStatusCommand(): Command {
  return new Command('status')
    .description('show the lab that is up')
    .addOption(outputOption())
    .action(async ({ output }: { readonly output: string }) => {
      const { kubeconfigPath, readState, stateDirectory, visitLab } = await import('../../../lab/index.ts')
      const visitor = { env: process.env, root: isRoot(), cli: commandLine() }
      const directory = stateDirectory(visitor.env, visitor.root)
      const state = readState(directory)
      if (state !== undefined && output === 'text') {
        console.log(`${state.scenario}, up since ${state.since}; KUBECONFIG=${kubeconfigPath(directory)}\n`)
      }
      process.exitCode = await visitLab(visitor, ['lab', 'inside', 'status', '--output', output])
    })
}
