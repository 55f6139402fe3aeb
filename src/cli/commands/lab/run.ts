// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { withLabOptions } from './lab-options.ts'
import { startLab } from './start-lab.ts'

/** `plait lab run`: builds a scenario, holds its expectations against it, takes it down. */
export function labRunCommand(): Command {
  return withLabOptions(new Command('run'))
    .description('run a scenario and report what came of it')
    .argument('[scenario]', 'a built-in scenario, or a folder with a topology.yaml', 'two-macvlan')
    .option('--keep', 'leave the lab running at the end')
    .addHelpText(
      'after',
      '\nExit code: 0 when every expectation holds, 1 when one does not, 2 when the lab fails.',
    )
    .action(async (scenario: string, options: unknown) => startLab(scenario, 'run', options))
}
