// SPDX-License-Identifier: Apache-2.0

// A pod with three interfaces (eth0 by bridge, net1 and net2 by macvlan, all with host-local), from the start of the shim to
// its end, beside upstream's thick Multus, and beside the three Go plugins alone, executed one after another.

import type { CniCommand } from '../../src/cni/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import { cniEnvironment } from '../kit/attachment.ts'
import type { Bench } from '../kit/bench.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Job, Launcher } from '../kit/launcher.ts'
import type { Section } from '../kit/measurement.ts'
import type { MultusNode } from '../kit/multus-node.ts'
import { bridge } from '../kit/networks.ts'
import { peersDirectory } from '../kit/peers.ts'
import { requireAddress, secondaryNetworks } from '../kit/pods.ts'
import { startPlaitNode } from '../kit/plait-node.ts'
import { startUpstreamNode } from '../kit/upstream-node.ts'

const warmUp = 5

/** Times of ADD and DEL of a whole pod. */
export async function measurePod({ launcher, rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const namespaces = parts.use(new PodNamespaces())
  const tools = { launcher, namespaces, count: rounds + warmUp }
  const plait = parts.use(await startPlaitNode())
  const upstream = await startUpstreamNode()
  const peers = peersDirectory()
  const contenders = [await podContender(plait, parts, tools)]
  if (peers !== undefined) contenders.push(goContender(peers, tools))
  if (typeof upstream !== 'string') contenders.push(await podContender(parts.use(upstream), parts, tools))
  return {
    name: 'pod',
    title: 'A pod with three interfaces: shim, daemon, plugins, status',
    measurements: await alternate(contenders, { rounds, warmUp, what: 'pod' }),
    notes: [
      '`Go plugins`: the three plugins alone, executed one after another, without Multus.',
      ...(typeof upstream === 'string' ? [upstream] : []),
    ],
  }
}

interface Tools {
  readonly launcher: Launcher
  readonly namespaces: PodNamespaces
  /** Rounds in all. */
  readonly count: number
}

async function podContender(
  node: MultusNode,
  parts: AsyncDisposableStack,
  { launcher, namespaces, count }: Tools,
): Promise<Contender> {
  const names = Array.from({ length: count }, (_, round) => `pod${round}`)
  const uids = await node.setPods(names)
  parts.use(await node.startDaemon())
  return {
    name: node.name,
    run: async (round) => {
      const name = names[round] ?? ''
      const sandbox = { name, uid: uids.get(name) ?? '', netns: namespaces.make() }
      const { wallMs: addMs, stdout } = await launcher.run(node.job('ADD', sandbox))
      requireAddress(stdout)
      const { wallMs: delMs } = await launcher.run(node.job('DEL', sandbox))
      return { ADD: addMs, DEL: delMs }
    },
  }
}

function goContender(directory: string, { launcher, namespaces }: Tools): Contender {
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
