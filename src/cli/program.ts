// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { daemonCommand } from './commands/daemon.ts'
import { installCommand } from './commands/install.ts'
import { labCommand } from './commands/lab.ts'
import { uninstallCommand } from './commands/uninstall.ts'
import { versionCommand } from './commands/version.ts'

/** The command `plait` with all its commands; a command loads what it runs only when it runs. */
export function createProgram(): Command {
  const program = new Command('plait')
    .enablePositionalOptions()
    .description('Several network interfaces for a Kubernetes pod')
    .addCommand(daemonCommand())
    .addCommand(installCommand())
    .addCommand(labCommand())
    .addCommand(uninstallCommand())
    .addCommand(versionCommand())
  throwInsteadOfExit(program)
  return program
}

/** So that a wrong command line ends like every other error; commander itself would exit with 1. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const inner of command.commands) throwInsteadOfExit(inner)
}
