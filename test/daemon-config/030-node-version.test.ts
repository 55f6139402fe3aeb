// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { root as checkout } from '../shim/build-shim.ts'
import { makeDirectories } from './node.ts'

/** Starts the `bin/plait` of a bundle where a program of this version is found as Node; it prints what it was given. */
function startBundle(t: TestContext, version: string) {
  const { root } = makeDirectories(t)
  for (const directory of ['bin', 'src/daemon', 'path']) mkdirSync(join(root, directory), { recursive: true })
  copyFileSync(join(checkout, 'bin/plait'), join(root, 'bin/plait'))
  writeFileSync(join(root, 'src/daemon/main.js'), '')
  const node = `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "started: $*"; fi\n`
  writeFileSync(join(root, 'path/node'), node, { mode: 0o755 })
  const env = { PATH: `${join(root, 'path')}:/usr/bin:/bin` }
  return {
    root,
    ...spawnSync(join(root, 'bin/plait'), ['version'], { encoding: 'utf8', env, timeout: 10_000 }),
  }
}

describe('bin/plait of a bundle', () => {
  for (const version of ['v24.0.0', 'v26.1.0', 'v30.1.0', 'v100.0.0']) {
    test(`starts with Node ${version}`, (t) => {
      const { root, stdout, stderr } = startBundle(t, version)
      assert.equal(stderr, '')
      assert.equal(stdout, `started: ${join(root, 'src/cli/main.js')} version\n`)
    })
  }

  for (const version of ['v4.9.1', 'v20.20.2', 'v22.9.0', 'v23.11.1']) {
    test(`refuses Node ${version} by a line that says which one it needs`, (t) => {
      const { root, status, stdout, stderr } = startBundle(t, version)
      assert.deepEqual([status, stdout], [1, ''])
      const found = `Cannot run with ${join(root, 'path/node')}: it is Node ${version}`
      assert.equal(stderr, `plait: ${found}; put Node 24 or later on the PATH\n`)
    })
  }
})
