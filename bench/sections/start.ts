// SPDX-License-Identifier: Apache-2.0

// How soon a daemon says that it is healthy, from its start, and what it takes when it does nothing.

import { delay } from '../../src/base/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import type { Measurement, Section } from '../kit/measurement.ts'
import type { MultusNode } from '../kit/multus-node.ts'
import { startNodes } from '../kit/nodes.ts'

const mostStarts = 8
const idleMs = 3000

/** Start and idle memory of the daemons. */
export async function measureStart({ rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const { nodes, notes } = await startNodes(parts)
  for (const node of nodes) await node.setPods(['pod1'])
  const starts = { rounds: Math.min(rounds, mostStarts), warmUp: 1 }
  const idle = new Map(nodes.map(({ name }): [string, number[]] => [name, []]))
  const ready = await alternate(
    nodes.map((node) => contender(node, idle.get(node.name) ?? [])),
    { ...starts, what: 'start of the daemon' },
  )
  const memory: Measurement = {
    what: `idle memory after ${idleMs / 1000} s`,
    unit: 'MiB',
    samples: Object.fromEntries(idle),
  }
  return {
    name: 'start',
    title: 'The daemon: start and idle memory',
    measurements: [...ready, memory],
    notes,
  }
}

function contender(node: MultusNode, idle: number[]): Contender {
  return {
    name: node.name,
    run: async () => {
      await using daemon = await node.startDaemon()
      await delay(idleMs)
      idle.push(daemon.treeMiB())
      return { '': daemon.readyMs }
    },
  }
}
