// SPDX-License-Identifier: Apache-2.0

// The shim against bytes that nobody would send: libFuzzer in one process for the bulk, and some thousand real starts,
// all with the sanitizers. Each call has to be answered, and nothing may leak.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { Dice, mutate } from '../bad-input/mutations.ts'
import { skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, make, root, skip as noShim } from './build-shim.ts'
import { addEnvironment } from './run-shim.ts'

const fuzzer = spawnSync('clang', ['-print-file-name=libclang_rt.fuzzer-x86_64.a'], { encoding: 'utf8' })
const noFuzzer = existsSync(fuzzer.stdout?.trim() ?? '') ? false : 'there is no clang with libFuzzer'

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-fuzz-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

interface Ended {
  readonly status: number | null
  readonly output: string
}

async function run(program: string, words: readonly string[], timeoutMs: number): Promise<Ended> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  await once(child, 'close')
  return { status: child.exitCode, output }
}

/** What is fuzzed, for how long, and how many runs there must have been even on a slow machine. */
const targets: readonly (readonly [string, string, number])[] = [
  ['config', 'the walk over the JSON of a configuration', 100_000],
  ['session', 'what a daemon says: frames, EXEC, FIND, KILL', 10_000],
  ['call', 'whole calls: name, variables, standard input', 100_000],
]
const seconds = 10

describe('the shim under libFuzzer', { skip: noFuzzer }, () => {
  before(() => assert.equal(make('fuzz'), undefined))

  for (const [name, what, leastRuns] of targets) {
    test(`survives ${seconds} seconds of ${what}, and answers each`, async (t) => {
      const directory = scratch(t)
      const corpus = join(directory, 'corpus')
      mkdirSync(corpus)
      const limits = [`-max_total_time=${seconds}`, '-max_len=4096', '-rss_limit_mb=600', '-timeout=10']
      const seeds = join(root, 'test/fixtures/shim/fuzz', name)
      const words = [...limits, `-artifact_prefix=${directory}/`, corpus, seeds]
      const { status, output } = await run(join(root, `build/fuzz-${name}`), words, 60_000)
      assert.equal(status, 0, output.slice(-4000))
      const runs = Number(/Done (\d+) runs/.exec(output)?.[1])
      assert.ok(runs >= leastRuns, `only ${runs} runs`)
      t.diagnostic(`${runs} runs`)
    })
  }
})

// In a mount namespace with an empty /run: a configuration that has lost its socket must not find a daemon of this machine.
const startEach = `mount -t tmpfs none /run && cd "$1" && for file in *.in; do
  "$2" <"$file" >"$file.out" 2>"$file.err"; echo $? >"$file.status"
done`

// With the sanitizers a start takes ten times as long.
const starts: Readonly<Record<string, number>> = { 'multus-shim': 600, 'multus-shim-check': 250 }
const config = {
  cniVersion: '1.1.0',
  name: 'multus-cni-network',
  type: 'multus-shim',
  daemonSocketDir: '/run/multus',
  delegates: [{ type: 'bridge', ipam: { type: 'host-local', ranges: [[{ subnet: '10.0.0.0/8' }]] } }],
  text: '\u00fc\\"\u0000',
}

function startAll(directory: string, shim: string, command: string): void {
  const words = ['--mount', '--propagation', 'private', '/bin/sh', '-c', startEach, 'sh', directory, shim]
  const spool = { PLAIT_SHIM_SPOOL_DIR: '/proc/none', PLAIT_SHIM_WAIT_SECONDS: '0' }
  const env = { ...addEnvironment, ...spool, CNI_COMMAND: command, PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }
  const { status, stderr } = spawnSync('unshare', words, { env, encoding: 'utf8', timeout: 60_000 })
  assert.equal(status, 0, stderr)
}

for (const shim of buildShims()) {
  describe(`${shim.name}, started again and again`, { skip: noShim || noNamespaces }, () => {
    for (const [turn, command] of ['ADD', 'DEL', 'CHECK', 'STATUS'].entries()) {
      test(`answers each mutated configuration for ${command}`, (t) => {
        const directory = scratch(t)
        const dice = new Dice(20_556 + turn)
        const text = Buffer.from(JSON.stringify(config))
        const count = starts[shim.name] ?? 0
        for (let index = 0; index < count; index++) {
          writeFileSync(join(directory, `${index}.in`), mutate(text, dice))
        }
        startAll(directory, shim.path, command)
        const answered = readdirSync(directory).filter((name) => name.endsWith('.status'))
        assert.ok(count > 0 && answered.length === count)
        for (let index = 0; index < count; index++) {
          const read = (what: string): string => readFileSync(join(directory, `${index}.in${what}`), 'utf8')
          const input = `input: ${JSON.stringify(read(''))}`
          assert.deepEqual([read('.status').trim(), read('.err')], ['1', ''], input)
          assert.ok(Number.isInteger(JSON.parse(read('.out')).code), input)
        }
      })
    }
  })
}
