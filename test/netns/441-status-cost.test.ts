// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { describe, it } from 'node:test'
import { checkLeaks, skip } from './fixture.ts'
import { makeMultusNode } from './multus-node.ts'

checkLeaks()

const watched = [
  'readdirSync',
  'readFileSync',
  'openSync',
  'writeFileSync',
  'readdir',
  'readFile',
  'open',
] as const

describe('STATUS, which containerd asks for every five seconds', { skip }, () => {
  it('reads no directory and no file, however many pods there are', async (t) => {
    const node = await makeMultusNode(t)
    await node.run('ADD')
    await node.run('STATUS')
    const calls = watched.map((name) => t.mock.method(fs, name))
    syncBuiltinESMExports()
    t.after(() => {
      t.mock.restoreAll()
      syncBuiltinESMExports()
    })
    await node.run('STATUS')
    assert.deepEqual(
      calls.flatMap(({ mock }) => mock.calls.map(({ arguments: given }) => String(given[0]))),
      [],
    )
    await node.run('DEL')
  })
})
