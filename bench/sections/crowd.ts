// SPDX-License-Identifier: Apache-2.0

// 250 ADDs at once of a network whose plugin is a program that holds 56 MiB for a second, as some do: how many run at the same
// time, how many fail, and what it takes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../kit/bench.ts'
import { compile } from '../kit/compile.ts'
import { failureNote } from '../kit/failures.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Ended } from '../kit/launcher.ts'
import type { Measurement, Section } from '../kit/measurement.ts'
import { memoryNote, memoryRows } from '../kit/memory-rows.ts'
import { MemoryWatch } from '../kit/memory-watch.ts'
import type { NodeMemory } from '../kit/memory-watch.ts'
import type { MultusNode } from '../kit/multus-node.ts'
import { startNodes } from '../kit/nodes.ts'
import { scratch } from '../kit/scratch.ts'

const podsAtOnce = 250

/** Programs at the same time, failures, time and memory, of one round. */
export async function measureCrowd({ launcher }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const { nodes, notes } = await startNodes(parts)
  const directory = installHolder()
  const crowds = new Map<string, Crowd>()
  for (const node of nodes) crowds.set(node.name, await addAll(node, launcher, directory))
  const row = (what: string, unit: Measurement['unit'], figure: (crowd: Crowd) => number): Measurement => ({
    what,
    unit,
    samples: Object.fromEntries(
      [...crowds].map(([name, crowd]): [string, number[]] => [name, [figure(crowd)]]),
    ),
  })
  return {
    name: 'crowd',
    title: `${podsAtOnce} pods at once with a network of a program that holds 56 MiB for a second`,
    measurements: [
      row('programs at the same time, at most', '', ({ atOnce }) => atOnce),
      row('ADDs that failed', '', ({ ended }) => ended.filter(({ exitCode }) => exitCode !== 0).length),
      row('until the last ADD ended', 'ms', ({ wallMs }) => wallMs),
      ...memoryRows(new Map([...crowds].map(([name, { memory }]) => [name, memory]))),
    ],
    notes: [
      `Once; what does not end within three minutes has failed. ${memoryNote} What the programs hold is one file, so that it can be measured on a machine that has less.`,
      ...[...crowds].flatMap(([name, { ended }]) => failureNote(name, ended)),
      ...notes,
    ],
  }
}

interface Crowd {
  readonly atOnce: number
  readonly ended: readonly Ended[]
  readonly wallMs: number
  readonly memory: NodeMemory
}

function installHolder(): string {
  const directory = join(scratch(), 'holder')
  mkdirSync(join(directory, 'running'), { recursive: true })
  compile('hold.c', join(directory, 'hold'))
  return directory
}

async function addAll(node: MultusNode, launcher: Bench['launcher'], directory: string): Promise<Crowd> {
  using namespaces = new PodNamespaces()
  const names = Array.from({ length: podsAtOnce }, (_, index) => `pod${index}`)
  const uids = await node.setPods(names, { plain: true })
  await using daemon = await node.startDaemon()
  const networks = [{ cniVersion: '1.0.0', name: 'held', type: 'hold' }]
  const jobs = [...uids].map(([name, uid]) =>
    node.job('ADD', { name, uid, netns: namespaces.make() }, { directory, networks }),
  )
  const countsFile = join(directory, 'counts')
  writeFileSync(countsFile, '0\n')
  using watch = new MemoryWatch({ daemonPid: daemon.pid, launcherPid: launcher.pid }, 50)
  const { wallMs, ended } = await launcher.burst(jobs, { mayFail: true })
  const counts = readFileSync(countsFile, 'utf8').trim().split('\n').map(Number)
  return { atOnce: Math.max(...counts), ended, wallMs, memory: watch.most }
}
