// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { labDownCommand } from './lab/down.ts'
import { labExecCommand } from './lab/exec.ts'
import { labInsideCommand } from './lab/inside.ts'
import { labKubeletCommand } from './lab/kubelet.ts'
import { labKubeconfigCommand } from './lab/kubeconfig.ts'
import { labListCommand } from './lab/list.ts'
import { labRunCommand } from './lab/run.ts'
import { labStatusCommand } from './lab/status.ts'
import { labUpCommand } from './lab/up.ts'

/** `plait lab`: simulated nodes on this machine. */
export function labCommand(): Command {
  return new Command('lab')
    .enablePositionalOptions()
    .description('try pods with several networks on simulated nodes')
    .addCommand(labRunCommand())
    .addCommand(labUpCommand())
    .addCommand(labDownCommand())
    .addCommand(labStatusCommand())
    .addCommand(labExecCommand())
    .addCommand(labListCommand())
    .addCommand(labKubeconfigCommand())
    .addCommand(labInsideCommand(), { hidden: true })
    .addCommand(labKubeletCommand(), { hidden: true })
}
