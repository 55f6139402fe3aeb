// SPDX-License-Identifier: Apache-2.0

// The benchmark itself, in namespaces that bench/run.ts made for it.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { measureBurst } from './sections/burst.ts'
import { measureCrowd } from './sections/crowd.ts'
import { measureExternal } from './sections/external.ts'
import { measureNetlink } from './sections/netlink.ts'
import { measurePlain } from './sections/plain.ts'
import { measurePlugins } from './sections/plugins.ts'
import { measurePod } from './sections/pod.ts'
import { measureShim } from './sections/shim.ts'
import { measureStart } from './sections/start.ts'
import type { Bench } from './kit/bench.ts'
import { makeBundle } from './kit/bundle.ts'
import { formatGoals } from './kit/goals.ts'
import { layGround } from './kit/ground.ts'
import { Launcher } from './kit/launcher.ts'
import { describeMachine } from './kit/machine.ts'
import type { Section } from './kit/measurement.ts'
import { startPlaitNode } from './kit/plait-node.ts'
import { formatReport } from './kit/report.ts'
import type { Results } from './kit/report.ts'
import { sectionNames } from './kit/section-names.ts'
import type { SectionName } from './kit/section-names.ts'
import { formatSection } from './kit/table.ts'

const sections: Readonly<Record<SectionName, (bench: Bench) => Promise<Section>>> = {
  plugins: measurePlugins,
  pod: measurePod,
  plain: measurePlain,
  burst: measureBurst,
  external: measureExternal,
  crowd: measureCrowd,
  shim: measureShim,
  start: measureStart,
  netlink: measureNetlink,
}

/** An image has the daemon's code compiled: Node keeps what it compiled when a daemon ends. */
async function compileDaemon(): Promise<void> {
  await using node = await startPlaitNode()
  await using _daemon = await node.startDaemon()
}

const [chosen = '', rounds = ''] = process.argv.slice(2)
for (const path of ['/run', '/var/lib'])
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'bench', path])
const machine = describeMachine()
console.log(`${machine}; ${rounds} rounds; median (least–greatest)\n`)
using _ground = layGround()
makeBundle()
await compileDaemon()
using launcher = new Launcher()
const results: Section[] = []
for (const name of sectionNames.filter((one) => chosen.split(',').includes(one))) {
  const section = await sections[name]({ launcher, rounds: Number(rounds) })
  results.push(section)
  console.log(formatSection(section))
}
const all: Results = { machine, rounds: Number(rounds), sections: results }
console.log(formatGoals(results))
writeFileSync(3, `${JSON.stringify(all, undefined, 1)}\n`)
writeFileSync(4, formatReport(all))
