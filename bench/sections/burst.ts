// SPDX-License-Identifier: Apache-2.0

// Fifty pods with three interfaces each, all shims started at once: until the last one ended, CPU time of shims, daemon and all
// that the daemon started, and the most memory of each.

import { delay } from '../../src/base/index.ts'
import type { CniCommand } from '../../src/cni/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import type { DaemonProcess } from '../kit/daemon-process.ts'
import { failureNote } from '../kit/failures.ts'
import { PodNamespaces } from '../kit/ground.ts'
import type { Ended } from '../kit/launcher.ts'
import type { Section } from '../kit/measurement.ts'
import { memoryNote, memoryRows } from '../kit/memory-rows.ts'
import { MemoryWatch } from '../kit/memory-watch.ts'
import type { NodeMemory } from '../kit/memory-watch.ts'
import type { MultusNode } from '../kit/multus-node.ts'
import { startNodes } from '../kit/nodes.ts'
import { requireAddress } from '../kit/pods.ts'
import type { Sandbox } from '../kit/pods.ts'

const podsAtOnce = 50
const mostRounds = 6
const warmUp = 1
// Upstream allows itself 50 requests a second to the API server, and 50 at once: with a pause each burst starts alike.
const pauseMs = 6000
// Statuses and events that go out behind the replies are work of the burst too.
const settleMs = 1000

/** Times of many pods at once. */
export async function measureBurst({ launcher, rounds }: Bench): Promise<Section> {
  await using parts = new AsyncDisposableStack()
  const { nodes, notes } = await startNodes(parts)
  const times = Math.min(rounds, mostRounds)
  const runs: Run[] = []
  for (const node of nodes) runs.push(await prepare(node, parts, (times + warmUp + 1) * podsAtOnce))
  const contenders = runs.map((run): Contender => ({
    name: run.node.name,
    run: (round) => burst(run, launcher, round),
  }))
  const timed = await alternate(contenders, { rounds: times, warmUp, what: `${podsAtOnce} pods` })
  const peaks = new Map<string, NodeMemory>()
  for (const run of runs) peaks.set(run.node.name, await peakMemory(run, launcher, times + warmUp))
  return {
    name: 'burst',
    title: `${podsAtOnce} pods at once`,
    measurements: [...timed, ...memoryRows(peaks)],
    notes: [
      'CPU: of the shims, the daemon and what the daemon started, until a second after the last reply. Memory: looked at every 5 ms in a burst that is not timed. ' +
        memoryNote,
      ...runs.flatMap(({ node, ended }) => failureNote(node.name, ended)),
      ...notes,
    ],
  }
}

/** The most during one burst more; looking takes time, so that burst is not timed. */
async function peakMemory(run: Run, launcher: Bench['launcher'], round: number): Promise<NodeMemory> {
  using watch = new MemoryWatch({ daemonPid: run.daemon.pid, launcherPid: launcher.pid }, 5)
  await burst(run, launcher, round)
  return watch.most
}

interface Run {
  readonly node: MultusNode
  readonly daemon: DaemonProcess
  readonly uids: ReadonlyMap<string, string>
  /** All calls until now. */
  readonly ended: Ended[]
}

async function prepare(node: MultusNode, parts: AsyncDisposableStack, count: number): Promise<Run> {
  const uids = await node.setPods(Array.from({ length: count }, (_, index) => `pod${index}`))
  return { node, uids, ended: [], daemon: parts.use(await node.startDaemon()) }
}

async function burst(
  { node, daemon, uids, ended: all }: Run,
  launcher: Bench['launcher'],
  round: number,
): Promise<Record<string, number>> {
  using namespaces = new PodNamespaces()
  const chosen = [...uids].slice(round * podsAtOnce, (round + 1) * podsAtOnce)
  const sandboxes = chosen.map(([name, uid]): Sandbox => ({ name, uid, netns: namespaces.make() }))
  await delay(pauseMs)
  const run = async (command: CniCommand) => {
    const before = daemon.cpuSeconds()
    const jobs = sandboxes.map((sandbox) => node.job(command, sandbox))
    // Upstream fails now and then on a busy machine; that is told of, and no reason to end.
    const { wallMs, ended } = await launcher.burst(jobs, { mayFail: true })
    all.push(...ended)
    await delay(settleMs)
    const shims = ended.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
    return { wallMs, ended, cpuMs: shims + (daemon.cpuSeconds() - before) * 1000 }
  }
  const added = await run('ADD')
  for (const { exitCode, stdout } of added.ended) if (exitCode === 0) requireAddress(stdout)
  const deleted = await run('DEL')
  return { ADD: added.wallMs, DEL: deleted.wallMs, 'ADD, CPU': added.cpuMs, 'DEL, CPU': deleted.cpuMs }
}
