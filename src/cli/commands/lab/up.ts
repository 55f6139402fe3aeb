// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { withLabOptions } from './lab-options.ts'
import { startLab } from './start-lab.ts'

/** `plait lab up`: builds a scenario, applies its first manifests, and leaves it running for `kubectl`. */
export function labUpCommand(): Command {
  return withLabOptions(new Command('up'))
    .description('start a lab and leave it running, for kubectl')
    .argument('[scenario]', 'a built-in scenario, or a folder with a topology.yaml', 'two-macvlan')
    .action(async (scenario: string, options: unknown) => startLab(scenario, 'up', options))
}
