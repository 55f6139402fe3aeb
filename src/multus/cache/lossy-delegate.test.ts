// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { asMaster, loadDelegate } from '../delegate/load.ts'
import { repairLossyDelegate } from './lossy-delegate.ts'

const whole = {
  cniVersion: '1.0.0',
  name: 'l',
  plugins: [{ type: 'bridge', bridge: 'cni0', ipam: { type: 'x', y: 1 } }],
}
const lossy = { cniVersion: '1.0.0', name: 'l', plugins: [{ type: 'bridge', ipam: { type: 'x' } }] }
const load = (config: object) => asMaster(loadDelegate(JSON.stringify(config)))

function onDisk(t: TestContext, config: object): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-lossy-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, '10-l.conflist')
  writeFileSync(path, JSON.stringify(config))
  return path
}

describe('repairLossyDelegate()', () => {
  test('takes the list on disk when the remembered one has lost the settings (BUG-43)', (t) => {
    const repaired = repairLossyDelegate(load(lossy), onDisk(t, whole))
    assert.deepEqual(repaired.config, whole)
    assert.equal(repaired.master, true)
  })

  test('leaves a remembered list alone that has settings of its own', (t) => {
    const delegate = load(whole)
    assert.equal(repairLossyDelegate(delegate, onDisk(t, lossy)), delegate)
  })

  test('leaves it alone when the file has another name, is gone or broken', (t) => {
    const delegate = load(lossy)
    assert.equal(repairLossyDelegate(delegate, onDisk(t, { ...whole, name: 'other' })), delegate)
    assert.equal(repairLossyDelegate(delegate, onDisk(t, [])), delegate)
    assert.equal(repairLossyDelegate(delegate, '/nonexistent/x.conflist'), delegate)
  })

  test('leaves secondary networks and single plugins alone', (t) => {
    const path = onDisk(t, whole)
    const secondary = loadDelegate(JSON.stringify(lossy))
    assert.equal(repairLossyDelegate(secondary, path), secondary)
    const single = load({ type: 'bridge', name: 'l' })
    assert.equal(repairLossyDelegate(single, path), single)
  })
})
