// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { daemonCommand } from './commands/daemon.ts'
import { labCommand } from './commands/lab.ts'
import { versionCommand } from './commands/version.ts'

/** The command `plait` with all its commands; a command loads what it runs only when it runs. */
export function createProgram(): Command {
  return new Command('plait')
    .enablePositionalOptions()
    .description('Several network interfaces for a Kubernetes pod')
    .addCommand(daemonCommand())
    .addCommand(labCommand())
    .addCommand(versionCommand())
}
