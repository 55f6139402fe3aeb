// SPDX-License-Identifier: Apache-2.0

// A pod with three interfaces (eth0 by bridge, net1 and net2 by macvlan, all with host-local), from the start of the shim to
// its end, beside upstream's thick Multus, and beside the three Go plugins alone, executed one after another.

import type { CniCommand } from '../../src/cni/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import { cniEnvironment } from '../kit/attachment.ts'
import type { Bench } from '../kit/bench.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Job } from '../kit/launcher.ts'
import type { Section } from '../kit/measurement.ts'
import { bridge } from '../kit/networks.ts'
import { startNodes } from '../kit/nodes.ts'
import { peersDirectory } from '../kit/peers.ts'
import { podContender } from '../kit/pod-contender.ts'
import type { PodContenderOptions } from '../kit/pod-contender.ts'
import { requireAddress, secondaryNetworks } from '../kit/pods.ts'
import { requestsNote } from '../kit/requests-note.ts'

const warmUp = 5

/** Times of ADD and DEL of a whole pod. */
export async function measurePod({ launcher, rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const options = { launcher, namespaces: parts.use(new PodNamespaces()), count: rounds + warmUp }
  const { nodes, notes } = await startNodes(parts)
  const contenders: Contender[] = []
  for (const node of nodes) contenders.push(await podContender(node, parts, options))
  const peers = peersDirectory()
  if (peers !== undefined) contenders.push(goContender(peers, options))
  return {
    name: 'pod',
    title: 'A pod with three interfaces: shim, daemon, plugins, status',
    measurements: await alternate(contenders, { rounds, warmUp, what: 'pod' }),
    notes: [
      '`Go plugins`: the three plugins alone, executed one after another, without Multus.',
      ...(await requestsNote(nodes, options.count)),
      ...notes,
    ],
  }
}

function goContender(directory: string, { launcher, namespaces }: PodContenderOptions): Contender {
  const networks = [bridge('go'), ...secondaryNetworks('go')]
  return {
    name: 'Go plugins',
    run: async (round) => {
      const netns = namespaces.make()
      const job = (command: CniCommand, index: number): Job => {
        const { type, ...config } = networks[index] ?? {}
        const attachment = {
          containerId: `sandbox-${round}`,
          netns,
          ifName: ['eth0', 'net1', 'net2'][index] ?? '',
        }
        return {
          path: `${directory}/${typeof type === 'string' ? type : ''}`,
          env: cniEnvironment(command, attachment, { path: directory }),
          input: JSON.stringify({ ...config, type }),
        }
      }
      const added = await launcher.sequence([0, 1, 2].map((index) => job('ADD', index)))
      for (const { stdout } of added) requireAddress(stdout)
      const deleted = await launcher.sequence([2, 1, 0].map((index) => job('DEL', index)))
      return { ADD: total(added), DEL: total(deleted) }
    },
  }
}

function total(ended: readonly { readonly wallMs: number }[]): number {
  return ended.reduce((sum, { wallMs }) => sum + wallMs, 0)
}
