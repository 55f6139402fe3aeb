// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { outputOption } from './lab-options.ts'

/** `plait lab list`: the built-in scenarios. */
export function labListCommand(): Command {
  return new Command('list')
    .description('list the built-in scenarios')
    .addOption(outputOption())
    .action(async ({ output }: { readonly output: string }) => {
      const { listScenarios } = await import('../../../lab/index.ts')
      const scenarios = listScenarios()
      if (output === 'json') {
        console.log(JSON.stringify(scenarios, null, 2))
        return
      }
      const width = Math.max(...scenarios.map(({ name }) => name.length))
      for (const { name, about } of scenarios) console.log(`${name.padEnd(width)}  ${about}`)
    })
}
