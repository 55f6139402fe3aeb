// SPDX-License-Identifier: Apache-2.0

import { Command } from 'commander'
import { untilInterrupted } from '../../interrupt.ts'

/** `plait lab kubelet`: the kubelet and runtime of one simulated node; started by the lab, not by people. */
export function labKubeletCommand(): Command {
  return new Command('kubelet').argument('<options>').action(async (options: string) => {
    const { parseKubeletOptions, runKubelet } = await import('../../../lab/index.ts')
    await runKubelet(parseKubeletOptions(options), untilInterrupted())
  })
}
