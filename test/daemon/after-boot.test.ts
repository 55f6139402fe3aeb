// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import { checkLeaks, skip } from '../netns/fixture.ts'
import { startDaemon } from '../shim/real-daemon.ts'

checkLeaks()

const [dead, other] = ['ab'.repeat(32), 'cd'.repeat(32)]

/** What a node has on its disk after a power cut: an empty record, an address of it, and one of another program. */
function disk(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-disk-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const [cniDir, dataDir] = [join(directory, 'multus'), join(directory, 'networks')]
  for (const path of [cniDir, join(dataDir, 'lan')]) mkdirSync(path, { recursive: true })
  const memory = { bootId: 'the boot before', gone: [], dataDirs: [dataDir], reservations: {} }
  writeFileSync(join(cniDir, '.node'), JSON.stringify(memory))
  const record = join(cniDir, dead)
  writeFileSync(record, '')
  utimesSync(record, 1, 1)
  const [ours, theirs] = [join(dataDir, 'lan', '10.1.0.2'), join(dataDir, 'lan', '10.1.0.3')]
  writeFileSync(ours, `${dead}\r\neth0`)
  writeFileSync(theirs, `${other}\r\neth0`)
  return { cniDir, ours, theirs }
}

describe('a daemon that starts after a power cut', { skip }, () => {
  test('has freed the addresses of before when it begins to listen, and says so', async (t) => {
    const { cniDir, ours, theirs } = disk(t)
    const daemon = await startDaemon(t, { cniDir })
    assert.deepEqual([existsSync(ours), existsSync(theirs)], [false, true])
    assert.match(daemon.log(), /"addresses":1,.*"freed what dead sandboxes held"/)
    const memory = parseJson(readFileSync(join(cniDir, '.node')))
    assert.ok(isJsonObject(memory))
    assert.equal(memory['bootId'], readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  })

  test('touches nothing where it is told not to clean', async (t) => {
    const { cniDir, ours } = disk(t)
    await startDaemon(t, { cniDir, housekeepingIntervalSeconds: 0 })
    assert.equal(existsSync(ours), true)
  })
})
