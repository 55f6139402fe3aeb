// SPDX-License-Identifier: Apache-2.0

// Upstream's recorded behaviour, replayed against our shim and daemon by the recorder itself. The recordings are not
// part of this repository: PLAIT_RECORDINGS names their folder, by default the one that stands beside the checkout.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { meantDifferences } from './golden-differences.ts'

const cases = [
  'thick-default-only',
  'thick-two-nets',
  'thick-config-file',
  'thick-missing-nad',
  'thick-missing-plugin',
  'thick-rollback-second',
]
const root = resolve(import.meta.dirname, '../..')
const recordings = resolve(root, process.env['PLAIT_RECORDINGS'] ?? '../shared/peers')

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0) return 'needs root, for namespaces and mounts'
  return existsSync(join(recordings, 'run-golden.py')) ? false : 'the recordings of upstream are not here'
}

interface Difference {
  readonly name: string
  readonly file: string
  readonly line: string
}

function compare(ours: string): Difference[] {
  const { stdout } = spawnSync(
    'python3',
    [join(recordings, 'compare-golden.py'), join(recordings, 'golden'), ours, '--only', 'thick-*'],
    {
      encoding: 'utf8',
    },
  )
  return stdout
    .split('\n')
    .filter((line) => cases.some((name) => line.startsWith(`${name}/`)))
    .map((line) => {
      const [name = '', ...rest] = line.split('/')
      return { name, file: rest.join('/').split(': ')[0] ?? '', line }
    })
}

function explains(
  { file, cases: only = cases }: (typeof meantDifferences)[number],
  difference: Difference,
): boolean {
  return only.includes(difference.name) && file.test(difference.file)
}

describe('upstream as recorded', { skip: reasonToSkip() }, () => {
  let work: string
  let differences: Difference[]

  before(() => {
    work = mkdtempSync(join(tmpdir(), 'plait-golden-'))
    const bin = join(work, 'bin')
    mkdirSync(bin)
    copyFileSync(join(root, 'build/multus-shim'), join(bin, 'multus-shim'))
    for (const name of cases) record(name, bin)
    differences = compare(join(work, 'ours'))
  })
  after(() => rmSync(work, { recursive: true, force: true }))

  /** The folder of binaries holds nothing but the shim: every plugin is our own. */
  function record(name: string, bin: string): void {
    const daemon = `${join(root, 'bin/plait')} daemon -config {config}`
    const run = spawnSync(
      'python3',
      [
        join(recordings, 'run-golden.py'),
        '--bin',
        bin,
        '--out',
        join(work, 'ours'),
        '--only',
        name,
        '--daemon',
        daemon,
        '--jobs',
        '1',
      ],
      { encoding: 'utf8', timeout: 120_000 },
    )
    assert.equal(run.status, 0, `${name}: ${run.stdout}${run.stderr}`)
  }

  for (const name of cases) {
    test(`${name}: every difference is meant`, () => {
      const unexplained = differences.filter(
        (one) => one.name === name && !meantDifferences.some((meant) => explains(meant, one)),
      )
      assert.deepEqual(
        unexplained.map(({ line }) => line),
        [],
      )
    })
  }

  test('no difference is listed that is not there any more', () => {
    const stale = meantDifferences.filter((meant) => !differences.some((one) => explains(meant, one)))
    assert.deepEqual(
      stale.map(({ file, why }) => `${String(file)}: ${why}`),
      [],
    )
  })
})
