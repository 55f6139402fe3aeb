// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createLog, silentLog } from '../../base/index.ts'
import { loadAuxiliaryChain } from './auxiliary-chain.ts'

function setUp(t: TestContext, files: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-chain-'))
  t.after(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'vendor'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'vendor', name), text)
  return {
    auxiliaryCniChainName: 'vendor',
    clusterNetwork: join(directory, '10.conflist'),
    cniVersion: '1.0.0',
  }
}

describe('loadAuxiliaryChain()', () => {
  test('runs passthru, then the files of the folder by name (AUX-2)', (t) => {
    const settings = setUp(t, {
      '20.conf': '{"type": "b", "name": "own", "x": 1}',
      '10.conf': '{"type": "a"}',
      '30.json': '{"type": "c"}',
    })
    assert.deepEqual(loadAuxiliaryChain(settings, silentLog)?.config, {
      cniVersion: '1.0.0',
      name: 'vendor',
      plugins: [{ type: 'passthru', name: 'passthru-cni' }, { type: 'a' }, { type: 'b', name: 'own', x: 1 }],
    })
  })

  test('is none when it is not asked for, and when nothing would run but passthru (AUX-3)', (t) => {
    const settings = setUp(t, { README: '' })
    assert.equal(loadAuxiliaryChain({ ...settings, auxiliaryCniChainName: '' }, silentLog), undefined)
    assert.equal(loadAuxiliaryChain(settings, silentLog), undefined)
    assert.equal(loadAuxiliaryChain({ ...settings, auxiliaryCniChainName: 'absent' }, silentLog), undefined)
  })

  test('is left out, with a log line, when it cannot be loaded (AUX-3)', (t) => {
    const lines: string[] = []
    const log = createLog({ level: 'error', destination: { write: (line) => void lines.push(line) } })
    const settings = setUp(t, { '10.conf': '{' })
    assert.equal(loadAuxiliaryChain(settings, log), undefined)
    assert.equal(loadAuxiliaryChain({ ...settings, auxiliaryCniChainName: '../vendor' }, log), undefined)
    assert.equal(lines.length, 2)
    for (const line of lines)
      assert.match(line, /"id":"c.*"msg":"auxiliary chain skipped: it cannot be loaded"/)
  })

  test('needs the path of the default network (AUX-1)', (t) => {
    const settings = { ...setUp(t, {}), clusterNetwork: 'lan' }
    assert.throws(() => loadAuxiliaryChain(settings, silentLog), {
      id: 'multus/config-invalid',
      message: 'auxiliary chain used but ClusterNetwork must be a path, and it is not a path: lan',
    })
  })
})
