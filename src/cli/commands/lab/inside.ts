// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { openTerminal } from '../../terminal.ts'
import { outputOption } from './lab-options.ts'

/** `plait lab inside`: what the other commands run within the namespaces of a lab; not for people. */
export function labInsideCommand(): Command {
  return new Command('inside')
    .enablePositionalOptions()
    .action(async () => {
      const { runInside } = await import('../../../lab/index.ts')
      await runInside()
    })
    .addCommand(insideExec())
    .addCommand(insideStatus())
}

function insideExec(): Command {
  return new Command('exec')
    .argument('<pod>')
    .argument('<command...>')
    .passThroughOptions()
    .action(async (pod: string, command: readonly string[]) => {
      const { runInPod } = await import('../../../lab/index.ts')
      process.exitCode = await runInPod(pod, command)
    })
}

function insideStatus(): Command {
  return new Command('status')
    .addOption(outputOption())
    .action(async ({ output }: { readonly output: 'text' | 'json' }) => {
      const { choosePaint, describeLab } = await import('../../../lab/index.ts')
      const { columns } = await openTerminal()
      console.log(await describeLab({ output, columns, paint: choosePaint(process.stdout, process.env) }))
    })
}
