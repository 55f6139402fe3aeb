// SPDX-License-Identifier: Apache-2.0

import { openClient } from '../cluster/open-client.ts'
import type { Paint } from '../report/paint.ts'
import { formatPods } from '../report/format-pods.ts'
import { describeTopology } from '../report/describe-topology.ts'
import { drawOnTerminal } from '../report/draw-terminal.ts'
import { layoutTopology } from '../report/layout.ts'
import { parseScenario } from '../scenario/scenario.ts'
import { insideKubeconfigPath, readLabFacts } from './lab-facts.ts'
import { openWorld } from './lab-world.ts'
import { countEvents, snapshotPods } from './snapshot.ts'

/** How the state of a lab is shown. */
export interface StatusOptions {
  readonly output: 'text' | 'json'
  readonly columns: number
  readonly paint: Paint
}

/** The present state of the lab that this process is in: its picture, its pods' interfaces, its events. */
export async function describeLab({ output, columns, paint }: StatusOptions): Promise<string> {
  const { scenario, nodeCount, nodes } = readLabFacts()
  const { topology } = parseScenario(scenario, { nodes: nodeCount })
  await using client = await openClient(insideKubeconfigPath)
  const world = await openWorld(topology, nodes, client)
  const pods = await snapshotPods(world)
  const events = countEvents(await world.events())
  if (output === 'json') return JSON.stringify({ scenario: scenario.name, topology, pods, events }, null, 2)
  return [
    ...layoutTopology(describeTopology(topology, pods), columns).map((one) =>
      drawOnTerminal(one, paint).join('\n'),
    ),
    formatPods(pods, paint).join('\n'),
    `events: ${
      Object.entries(events)
        .map(([reason, count]) => `${count} ${reason}`)
        .join(', ') || 'none'
    }`,
  ].join('\n\n')
}
