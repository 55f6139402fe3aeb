// SPDX-License-Identifier: Apache-2.0

// The benchmark itself, in namespaces that bench/run.ts made for it.

import { execFileSync } from 'node:child_process'
import { writeSync } from 'node:fs'
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
import { layGround } from './kit/ground.ts'
import { Launcher } from './kit/launcher.ts'
import { describeMachine } from './kit/machine.ts'
import type { Section } from './kit/measurement.ts'
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

const [chosen = '', rounds = ''] = process.argv.slice(2)
for (const path of ['/run', '/var/lib'])
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'bench', path])
const machine = describeMachine()
console.log(`${machine}; ${rounds} rounds; median (least–greatest)\n`)
using _ground = layGround()
using launcher = new Launcher()
const results: Section[] = []
for (const name of sectionNames.filter((one) => chosen.split(',').includes(one))) {
  const section = await sections[name]({ launcher, rounds: Number(rounds) })
  results.push(section)
  console.log(formatSection(section))
}
// The JSON file, or /dev/null.
writeSync(3, `${JSON.stringify({ machine, rounds: Number(rounds), sections: results }, undefined, 1)}\n`)
