// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { silentLog } from '../../base/index.ts'
import { copyDeviceInfoFile, pluginInfoPath, readDeviceInfo, removeDeviceInfo } from './device-info.ts'

const info = { type: 'pci', version: '1.1.0', pci: { 'pci-address': '0000:03:02.0' } }

function setUp(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-devinfo-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const from = join(directory, 'dp.json')
  writeFileSync(from, JSON.stringify(info))
  return { from, to: join(directory, 'devinfo', 'cni', 'x') }
}

describe('device information', () => {
  test('is copied for the plugins in a directory that all can enter, read and removed (DEV-9, BUG-38)', (t) => {
    const { from, to } = setUp(t)
    copyDeviceInfoFile(from, to, silentLog)
    assert.equal(statSync(to).mode & 0o777, 0o444)
    assert.equal(statSync(join(to, '..')).mode & 0o777, 0o755)
    assert.deepEqual(readDeviceInfo(to, silentLog), info)
    removeDeviceInfo(to, silentLog)
    removeDeviceInfo(to, silentLog)
    assert.equal(readDeviceInfo(to, silentLog), undefined)
  })

  test('is not written over what a plugin left', (t) => {
    const { from, to } = setUp(t)
    copyDeviceInfoFile(from, to, silentLog)
    writeFileSync(from, '{}')
    copyDeviceInfoFile(from, to, silentLog)
    assert.deepEqual(JSON.parse(readFileSync(to, 'utf8')), info)
  })

  test('never keeps a pod from its network', (t) => {
    const { from, to } = setUp(t)
    copyDeviceInfoFile('/nonexistent', to, silentLog)
    copyDeviceInfoFile(from, '/dev/null/x', silentLog)
    writeFileSync(from, 'no JSON')
    assert.equal(readDeviceInfo(from, silentLog), undefined)
  })
})

test('pluginInfoPath() names the file of a device plugin', () => {
  assert.equal(
    pluginInfoPath({ resourceName: 'example.com/nic', id: '0000:03:02.0' }),
    '/var/run/k8s.cni.cncf.io/devinfo/dp/example.com-nic-0000:03:02.0-device.json',
  )
})
