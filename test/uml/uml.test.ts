// SPDX-License-Identifier: Apache-2.0

// Tests of network namespaces once more, in a user-mode Linux kernel: an older one, with kinds of links that this
// machine's kernel may lack. It is started once for all of them.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { runTestsInside, skip, startInside } from './run-inside.ts'
import type { InsideRun } from './run-inside.ts'

const checkout = join(import.meta.dirname, '../..')

// Those of the room linux. The plugins' contract takes minutes there: each process starts slowly.
const files = globSync(['test/netns/1*.test.ts', 'test/uml/inside/*.inside.ts'], { cwd: checkout }).toSorted()

// What Debian's user-mode Linux lacks.
const expectedSkips = [
  {
    file: 'test/netns/170-nft.test.ts',
    name: 'runNft()',
    // CONFIG_NF_TABLES_INET
    reason: /^nft cannot make a table here: .* nft add table inet probe: .*Operation not supported/s,
  },
]

describe('tests in user-mode Linux', { skip }, () => {
  let run: InsideRun = { outcomes: [], exitCode: null, otherText: '' }
  before(async () => {
    run = await runTestsInside(files, { seconds: 480 })
  })

  for (const file of files) {
    test(`${file} passes`, () => {
      const outcomes = run.outcomes.filter((outcome) => outcome.file === file)
      assert.notEqual(outcomes.length, 0, `nothing came of it: ${run.otherText}`)
      assert.deepEqual(
        outcomes.filter(({ passed }) => !passed).map(({ name, error }) => `${name}: ${error}`),
        [],
      )
    })
  }

  test('only what that kernel lacks is skipped', () => {
    const skips = run.outcomes.filter(({ skipped }) => skipped !== undefined)
    assert.deepEqual(
      skips.map(({ file, name }) => ({ file, name })),
      expectedSkips.map(({ file, name }) => ({ file, name })),
    )
    for (const [index, { reason }] of expectedSkips.entries())
      assert.match(skips[index]?.skipped ?? '', reason)
  })

  test('the run ends well, and says nothing else', () => {
    assert.deepEqual([run.exitCode, run.otherText], [0, ''])
  })
})

describe('run-uml', { skip }, () => {
  test('leaves no process when it is killed', async (t) => {
    const child = startInside(['sh', '-c', 'echo "runs as $(id -u)"; sleep 1000'], { seconds: 60 })
    t.after(() => child.kill('SIGKILL'))
    assert.ok(child.stdout !== null && child.pid !== undefined)
    assert.equal(String((await once(child.stdout, 'data'))[0]), 'runs as 0\n')
    const [contained = ''] = childrenOf(child.pid)
    const namespace = pidNamespaceOf(contained)
    assert.ok(namespace !== undefined && namespace !== pidNamespaceOf('self'))
    assert.notDeepEqual(processesIn(namespace), [])
    child.kill('SIGKILL')
    await waitFor(() => processesIn(namespace).length === 0, {
      timeoutMs: 5000,
      what: 'its processes to end',
    })
  })
})

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
}

function pidNamespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    // It ended, or belongs to somebody else.
    return undefined
  }
}

function processesIn(namespace: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && pidNamespaceOf(name) === namespace)
}
