// SPDX-License-Identifier: Apache-2.0

// A pod with sixteen networks of a plugin that is a program and does nothing but sleep for 0.2 seconds, beside the two
// macvlan networks of every pod here: what waiting for programs costs.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { CniCommand } from '../../src/cni/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Job } from '../kit/launcher.ts'
import type { Section } from '../kit/measurement.ts'
import type { MultusNode } from '../kit/multus-node.ts'
import { bridge } from '../kit/networks.ts'
import { startPlaitNode } from '../kit/plait-node.ts'
import { requireAddress } from '../kit/pods.ts'
import type { Sandbox } from '../kit/pods.ts'
import { scratch } from '../kit/scratch.ts'
import { startUpstreamNode } from '../kit/upstream-node.ts'

const networks = 16
// Upstream takes 4 seconds for each.
const mostRounds = 5
const warmUp = 1

/** Times of ADD and DEL of a pod with many networks of a program. */
export async function measureExternal({ launcher, rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const namespaces = parts.use(new PodNamespaces())
  const upstream = await startUpstreamNode()
  const nodes = [
    parts.use(await startPlaitNode()),
    ...(typeof upstream === 'string' ? [] : [parts.use(upstream)]),
  ]
  const times = Math.min(rounds, mostRounds)
  const path = installSleeper()
  const contenders: Contender[] = []
  for (const node of nodes) {
    const uids = await node.setPods(Array.from({ length: times + warmUp }, (_, round) => `pod${round}`))
    parts.use(await node.startDaemon())
    contenders.push({
      name: node.name,
      run: async (round) => {
        const [name = '', uid = ''] = [...uids][round] ?? []
        const sandbox = { name, uid, netns: namespaces.make() }
        const added = await launcher.run(jobOf(node, 'ADD', { sandbox, path }))
        requireAddress(added.stdout)
        const deleted = await launcher.run(jobOf(node, 'DEL', { sandbox, path }))
        return { ADD: added.wallMs, DEL: deleted.wallMs }
      },
    })
  }
  return {
    name: 'external',
    title: `A pod with ${networks} networks of a program that sleeps for 200 ms`,
    measurements: await alternate(contenders, { rounds: times, warmUp, what: 'pod' }),
    notes: [
      'Beside them, as everywhere, the default network and two macvlan networks.',
      ...(typeof upstream === 'string' ? [upstream] : []),
    ],
  }
}

function installSleeper(): string {
  const path = join(scratch(), 'programs')
  mkdirSync(path, { recursive: true })
  const result = `{"cniVersion":"1.0.0","interfaces":[{"name":"x","sandbox":"/x"}]}`
  const script = `#!/bin/sh\ncat >/dev/null\nsleep 0.2\n[ "$CNI_COMMAND" = DEL ] || echo '${result}'\n`
  writeFileSync(join(path, 'sleeper'), script, { mode: 0o755 })
  return path
}

function jobOf(
  node: MultusNode,
  command: CniCommand,
  { sandbox, path }: { readonly sandbox: Sandbox; readonly path: string },
): Job {
  const job = node.job(command, sandbox)
  const config = parseJson(job.input)
  if (!isJsonObject(config)) throw new Error('Cannot change the configuration: it is no object')
  const { clusterNetwork: _replaced, ...rest } = config
  const sleepers = Array.from({ length: networks }, (_, index) => ({
    cniVersion: '1.0.0',
    name: `sleep-${index}`,
    type: 'sleeper',
  }))
  const input = JSON.stringify({ ...rest, binDir: path, delegates: [bridge(node.name), ...sleepers] })
  return { ...job, env: { ...job.env, CNI_PATH: `${path}:${job.env.CNI_PATH ?? ''}` }, input }
}
