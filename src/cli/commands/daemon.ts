// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'

/** `plait daemon`: the daemon of one node; its words are upstream's and are read by the daemon itself. */
export function daemonCommand(): Command {
  return new Command('daemon')
    .description('answer the CNI calls of this node (as multus-daemon does)')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .argument('[words...]', '-config FILE, -version')
    .action(async (words: readonly string[]) => {
      const { runDaemon } = await import('../../daemon/index.ts')
      process.exitCode = await runDaemon(words)
    })
}
