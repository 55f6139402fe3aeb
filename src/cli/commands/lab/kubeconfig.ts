// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { isRoot } from '../../command-line.ts'

/** `plait lab kubeconfig`: where the kubeconfig of the lab that is up stands, for `export KUBECONFIG=$(…)`. */
export function labKubeconfigCommand(): Command {
  return new Command('kubeconfig')
    .description('print the path of the kubeconfig of the lab that is up')
    .action(async () => {
      const { kubeconfigPath, requireState, stateDirectory } = await import('../../../lab/index.ts')
      const directory = stateDirectory(process.env, isRoot())
      requireState(directory)
      console.log(kubeconfigPath(directory))
    })
}
