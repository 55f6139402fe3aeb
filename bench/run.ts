// SPDX-License-Identifier: Apache-2.0

// Measures plait and upstream side by side, in one run and by turns:
//   npm run bench -- [--only SECTION[,SECTION]] [--rounds N] [--json FILE] [--page FILE]
// --page puts the tables of the whole run into a page, in the place of those that it holds.
// It starts itself anew in namespaces of its own, with an empty /run and /var/lib, so that the machine stays as it is. Needs
// root; upstream's programs are those of tools/build-peers.sh. docs/reference/measurements.md explains the figures.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { replaceReport } from './kit/report.ts'
import { sectionNames } from './kit/section-names.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: sectionNames.join(',') },
    rounds: { type: 'string', default: '25' },
    json: { type: 'string' },
    page: { type: 'string' },
  },
})
const chosen = values.only.split(',')
const unknown = chosen.filter((name) => !sectionNames.some((known) => known === name))
const rounds = Number(values.rounds)
if (unknown.length > 0)
  throw new Error(`Unknown sections: ${unknown.join(', ')}; there are ${sectionNames.join(', ')}`)
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 500) throw new Error('--rounds must be from 1 to 500')
if (values.page !== undefined && sectionNames.some((name) => !chosen.includes(name)))
  throw new Error('--page is for a whole run, so that a page holds the figures of one: leave out --only')
// A page that cannot take figures is told of before they are measured.
if (values.page !== undefined) replaceReport(readFileSync(values.page, 'utf8'), '')
if (process.getuid?.() !== 0)
  throw new Error('Cannot measure: namespaces, mounts and the Go plugins need root')

// Threads for deletions and a small young generation: as bin/plait starts the daemon.
const node = [process.execPath, '--max-semi-space-size=1', join(import.meta.dirname, 'inside.ts')]
const enclosure = [
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child=SIGKILL',
  '--mount-proc',
  '--propagation',
  'private',
]
const { status, output } = spawnSync(
  'unshare',
  [...enclosure, '--', ...node, chosen.join(','), String(rounds)],
  {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, UV_THREADPOOL_SIZE: '64' },
    timeout: 30 * 60_000,
    killSignal: 'SIGKILL', // takes everything in the namespaces along
  },
)
process.exitCode = status ?? 1
if (status === 0) {
  const [json, report] = [output[3] ?? '', output[4] ?? '']
  if (values.json !== undefined) writeFileSync(values.json, json)
  if (values.page !== undefined)
    writeFileSync(values.page, replaceReport(readFileSync(values.page, 'utf8'), report))
}
