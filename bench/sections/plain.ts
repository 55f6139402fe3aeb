// SPDX-License-Identifier: Apache-2.0

// A pod without annotations, from the start of the shim to its end, and its default network alone right after it: the bundled
// bridge in process, and the Go bridge executed. The difference is what Multus costs a pod that has no use for it.

import type { CniCommand } from '../../src/cni/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Section } from '../kit/measurement.ts'
import type { MultusNode } from '../kit/multus-node.ts'
import { bridge } from '../kit/networks.ts'
import { startNodes } from '../kit/nodes.ts'
import { peersDirectory } from '../kit/peers.ts'
import { podContender } from '../kit/pod-contender.ts'
import { bundledRunner, goRunner } from '../kit/run-plugin.ts'
import type { RunPlugin } from '../kit/run-plugin.ts'

// A daemon of a node has seen some pods.
const warmUp = 15

/** Times of ADD and DEL of a plain pod, of its network, and the difference. */
export async function measurePlain({ launcher, rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const namespaces = parts.use(new PodNamespaces())
  const { nodes, notes } = await startNodes(parts)
  const peers = peersDirectory()
  const runners = new Map<MultusNode['name'], RunPlugin>([['plait', await bundledRunner()]])
  if (peers !== undefined) runners.set('upstream', goRunner(launcher, peers))
  const contenders: Contender[] = []
  for (const node of nodes) {
    const options = { launcher, namespaces, count: rounds + warmUp, plain: true }
    const pod = await podContender(node, parts, options)
    const alone = aloneContender(node.name, runners.get(node.name), namespaces)
    contenders.push({
      name: node.name,
      run: async (round) => compare(await pod.run(round), await alone(round)),
    })
  }
  return {
    name: 'plain',
    title: 'A pod without annotations, and its default network alone',
    measurements: await alternate(contenders, { rounds, warmUp, what: '' }),
    notes: [
      '`alone`: the bridge with host-local, for plait in process, for upstream the Go program executed. `more`: the difference of each round.',
      ...notes,
    ],
  }
}

type Times = Readonly<Record<string, number>>

function compare(pod: Times, alone: Times): Times {
  const rows = Object.entries(pod).flatMap(([command, ms]): [string, number][] => {
    const aloneMs = alone[command] ?? NaN
    return [
      [`pod ${command}`, ms],
      [`bridge alone ${command}`, aloneMs],
      [`more ${command}`, ms - aloneMs],
    ]
  })
  return Object.fromEntries(rows)
}

function aloneContender(
  name: string,
  runPlugin: RunPlugin | undefined,
  namespaces: PodNamespaces,
): (round: number) => Promise<Times> {
  if (runPlugin === undefined) throw new Error(`Cannot run the bridge of ${name} alone: it is not there`)
  return async (round) => {
    const attachment = { containerId: `alone-${round}`, netns: namespaces.make(), ifName: 'eth0' }
    const run = (command: CniCommand) =>
      runPlugin({ program: 'bridge', command, config: bridge(name), attachment })
    const { ms: addMs } = await run('ADD')
    const { ms: delMs } = await run('DEL')
    return { ADD: addMs, DEL: delMs }
  }
}
