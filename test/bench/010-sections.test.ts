// SPDX-License-Identifier: Apache-2.0

// The benchmark still runs: its quick parts, once each. What they measure is not looked at.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { checkout } from '../lab/run-plait.ts'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { make, skip as noShim } from '../shim/build-shim.ts'

checkLeaks()

const quick = ['plugins', 'pod', 'plain', 'shim']

interface Row {
  readonly section: string
  readonly samples: JsonObject
}

function rowsOf(results: JsonValue): Row[] {
  assert.ok(isJsonObject(results) && Array.isArray(results.sections))
  return results.sections.flatMap((section) => {
    assert.ok(isJsonObject(section) && Array.isArray(section.measurements))
    const { name, measurements } = section
    assert.ok(typeof name === 'string')
    return measurements.map((one) => {
      assert.ok(isJsonObject(one) && isJsonObject(one.samples))
      return { section: name, samples: one.samples }
    })
  })
}

describe('the benchmark', { skip: noShim || noNamespaces }, () => {
  it('measures a figure of plait for each row, and writes all of them down', async (t) => {
    assert.equal(make('all'), undefined)
    const directory = mkdtempSync(join(tmpdir(), 'plait-bench-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const json = join(directory, 'results.json')
    const words = ['bench/run.ts', '--only', quick.join(','), '--rounds', '1', '--json', json]
    await promisify(execFile)(process.execPath, words, { cwd: checkout, timeout: 240_000 })
    const rows = rowsOf(parseJson(readFileSync(json)))
    assert.deepEqual([...new Set(rows.map(({ section }) => section))], quick)
    for (const { samples } of rows) assert.ok(Array.isArray(samples.plait) && samples.plait.length > 0)
  })
})
