// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as v from 'valibot'
import { parseJson } from '../../src/base/index.ts'
import { checkout } from '../lab/run-plait.ts'

const lock = v.object({
  packages: v.record(
    v.string(),
    v.object({ dev: v.optional(v.boolean()), devOptional: v.optional(v.boolean()) }),
  ),
})

/** By which package `tools/setup.sh` knows whether the packages of a target are installed. */
function packageOf(target: string): string {
  const script = readFileSync(join(checkout, 'tools/setup.sh'), 'utf8')
  return new RegExp(`^${target}\\) .*needed=(\\S+)`, 'm').exec(script)?.[1] ?? assert.fail(target)
}

test('make test installs what it needs also after make demo, which installs less', () => {
  const { packages } = v.parse(lock, parseJson(readFileSync(join(checkout, 'package-lock.json'))))
  assert.deepEqual(packages[packageOf('demo')], {})
  // Not devOptional: that is installed with the demo, too.
  assert.deepEqual(packages[packageOf('test')], { dev: true })
})
