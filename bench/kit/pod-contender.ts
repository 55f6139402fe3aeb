// SPDX-License-Identifier: Apache-2.0

import type { Contender } from './alternate.ts'
import type { PodNamespaces } from './ground.ts'
import type { Launcher } from './launcher.ts'
import type { MultusNode } from './multus-node.ts'
import { requireAddress } from './pods.ts'
import type { ProgramNetworks, Sandbox } from './pods.ts'

/** What pods are made with. */
export interface PodContenderOptions {
  readonly launcher: Launcher
  readonly namespaces: PodNamespaces
  /** Rounds in all; each has a pod of its own. */
  readonly count: number
  /** The pods have no annotations. */
  readonly plain?: boolean
  readonly programs?: ProgramNetworks
}

/** Starts the node's daemon, which ends with `parts`; each round is ADD and DEL of a pod, from the start of the shim to its end. */
export async function podContender(
  node: MultusNode,
  parts: AsyncDisposableStack,
  { launcher, namespaces, count, plain = false, programs }: PodContenderOptions,
): Promise<Contender> {
  const names = Array.from({ length: count }, (_, round) => `pod${round}`)
  const uids = await node.setPods(names, { plain })
  parts.use(await node.startDaemon())
  await node.takeRequests()
  return {
    name: node.name,
    run: async (round) => {
      const name = names[round] ?? ''
      const sandbox: Sandbox = { name, uid: uids.get(name) ?? '', netns: namespaces.make() }
      const { wallMs: addMs, stdout } = await launcher.run(node.job('ADD', sandbox, programs))
      requireAddress(stdout)
      const { wallMs: delMs } = await launcher.run(node.job('DEL', sandbox, programs))
      return { ADD: addMs, DEL: delMs }
    },
  }
}
