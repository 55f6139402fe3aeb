// SPDX-License-Identifier: Apache-2.0

// How long a start of the shim takes beside upstream's: VERSION, which needs no daemon, and ADD and back against a daemon that
// answers at once (the same one for both; upstream's shim speaks its HTTP to it). A shell starts them, many in a row, because
// Node itself takes longer for a start than the shim does. The start of /bin/true is the floor: what any program takes.
//   PLAIT_PEERS=DIRECTORY node bench/shim.ts [ROUNDS]

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '../src/base/index.ts'

const root = join(import.meta.dirname, '..')
const rounds = Number(process.argv[2] ?? 25)
const startsInRound = 20
const own = join(root, 'build/multus-shim')
const upstream = join(process.env.PLAIT_PEERS ?? '/opt/peers', 'bin/multus-shim')

interface Program {
  readonly name: string
  readonly path: string
}

interface Timing {
  readonly medianMs: number
  readonly minMs: number
}

interface Start {
  readonly env: Readonly<Record<string, string>>
  readonly inputFile: string
}

const loop = 'i=0; while [ $i -lt "$2" ]; do "$0" <"$1" >/dev/null || exit; i=$((i+1)); done'

/** Milliseconds for one start, the mean of a round. */
function time(path: string, { env, inputFile }: Start): number {
  const startedMs = performance.now()
  const { status, error } = spawnSync('/bin/sh', ['-c', loop, path, inputFile, String(startsInRound)], {
    env,
    timeout: 60_000,
  })
  const ms = performance.now() - startedMs
  if (status !== 0) throw error ?? new Error(`${path} ended with ${status}`)
  return ms / startsInRound
}

function summarize(samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b)
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, minMs: sorted[0] ?? 0 }
}

/** Each program in turn, so that a busy moment of the machine hits all alike. */
function measure(programs: readonly Program[], start: Start): ReadonlyMap<string, Timing> {
  const samples = new Map(programs.map(({ name }): [string, number[]] => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, path } of programs) samples.get(name)?.push(time(path, start))
  }
  return new Map([...samples].map(([name, times]) => [name, summarize(times)]))
}

function report(what: string, timings: ReadonlyMap<string, Timing>): void {
  console.log(`\n${what}, ${rounds} rounds of ${startsInRound} starts each\n`)
  console.log('| program | median ms | min ms |\n| --- | ---: | ---: |')
  for (const [name, { medianMs, minMs }] of timings) {
    console.log(`| ${name} | ${medianMs.toFixed(2)} | ${minMs.toFixed(2)} |`)
  }
  const [floor, ours, theirs] = ['true', 'plait', 'upstream'].map((name) => timings.get(name)?.medianMs)
  if (floor === undefined || ours === undefined || theirs === undefined) return
  // Where the shim is as fast as true, what is above the floor says nothing.
  const above =
    ours - floor > 0.05 ? `, above the floor ${((theirs - floor) / (ours - floor)).toFixed(1)}` : ''
  console.log(`\nupstream / plait: ${(theirs / ours).toFixed(1)}${above}`)
}

const programs: readonly Program[] = [
  { name: 'true', path: '/bin/true' },
  { name: 'plait', path: own },
  { name: 'upstream', path: upstream },
].filter(({ path }) => existsSync(path))
if (!existsSync(own)) throw new Error(`Cannot measure: ${own} is not built; run make -C shim`)
if (!existsSync(upstream)) console.log(`upstream's shim is not at ${upstream}: set PLAIT_PEERS`)

const directory = mkdtempSync(join(tmpdir(), 'plait-bench-'))
const server = spawn(process.execPath, [join(import.meta.dirname, 'shim-server.ts'), directory], {
  stdio: 'inherit',
})
try {
  report('VERSION', measure(programs, { env: { CNI_COMMAND: 'VERSION' }, inputFile: '/dev/null' }))
  await waitFor(() => existsSync(join(directory, 'multus.sock')), { timeoutMs: 10_000, what: 'the daemon' })
  const env = {
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/pod1',
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/opt/cni/bin',
    CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
  }
  const config = { cniVersion: '1.0.0', name: 'n', type: 'multus-shim', daemonSocketDir: directory }
  const inputFile = join(directory, 'config.json')
  writeFileSync(inputFile, JSON.stringify(config))
  report('ADD and back', measure(programs, { env, inputFile }))
} finally {
  server.kill('SIGTERM')
  rmSync(directory, { recursive: true })
}
