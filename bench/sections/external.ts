// SPDX-License-Identifier: Apache-2.0

// A pod with sixteen networks of a plugin that is a program and does nothing but sleep for 0.2 seconds, beside the two
// macvlan networks of every pod here: what waiting for programs costs.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Section } from '../kit/measurement.ts'
import { bridge } from '../kit/networks.ts'
import { startNodes } from '../kit/nodes.ts'
import { podContender } from '../kit/pod-contender.ts'
import { scratch } from '../kit/scratch.ts'

const networks = 16
// Upstream takes 4 seconds for each.
const mostRounds = 3
const warmUp = 1

/** Times of ADD and DEL of a pod with many networks of a program. */
export async function measureExternal({ launcher, rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const times = { rounds: Math.min(rounds, mostRounds), warmUp }
  const options = { launcher, namespaces: parts.use(new PodNamespaces()), count: times.rounds + warmUp }
  const { nodes, notes } = await startNodes(parts)
  const directory = installSleeper()
  const sleepers = Array.from({ length: networks }, (_, index) => ({
    cniVersion: '1.0.0',
    name: `sleep-${index}`,
    type: 'sleeper',
  }))
  const contenders: Contender[] = []
  for (const node of nodes) {
    const programs = { directory, networks: [bridge(node.name), ...sleepers] }
    contenders.push(await podContender(node, parts, { ...options, programs }))
  }
  return {
    name: 'external',
    title: `A pod with ${networks} networks of a program that sleeps for 200 ms`,
    measurements: await alternate(contenders, { ...times, what: 'pod' }),
    notes: ['Beside them, as everywhere, the default network and two macvlan networks.', ...notes],
  }
}

function installSleeper(): string {
  const directory = join(scratch(), 'programs')
  mkdirSync(directory, { recursive: true })
  const result = `{"cniVersion":"1.0.0","interfaces":[{"name":"x","sandbox":"/x"}]}`
  const script = `#!/bin/sh\ncat >/dev/null\nsleep 0.2\n[ "$CNI_COMMAND" = DEL ] || echo '${result}'\n`
  writeFileSync(join(directory, 'sleeper'), script, { mode: 0o755 })
  return directory
}
