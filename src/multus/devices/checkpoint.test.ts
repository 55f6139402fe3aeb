// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { readCheckpoint } from './checkpoint.ts'

function file(t: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-checkpoint-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'kubelet_internal_checkpoint')
  writeFileSync(path, text)
  return path
}

const entry = (PodUID: string, ResourceName: string, DeviceIDs: object) => ({
  PodUID,
  ResourceName,
  DeviceIDs,
})

describe('readCheckpoint()', () => {
  test('gives the devices of the pod by resource, over all containers and NUMA nodes (DEV-3)', (t) => {
    const PodDeviceEntries = [
      entry('u1', 'a/nic', { 0: ['0000:03:02.3'], 1: ['0000:03:02.0'] }),
      entry('u1', 'a/nic', { '-1': ['0000:03:02.1'] }),
      entry('u1', 'b/gpu', { 0: ['gpu0'] }),
      entry('u2', 'a/nic', { 0: ['other'] }),
    ]
    const path = file(t, JSON.stringify({ Data: { PodDeviceEntries, RegisteredDevices: {} }, Checksum: 1 }))
    assert.deepEqual(
      readCheckpoint(path, 'u1'),
      new Map([
        ['a/nic', ['0000:03:02.3', '0000:03:02.0', '0000:03:02.1']],
        ['b/gpu', ['gpu0']],
      ]),
    )
  })

  test('refuses a file that cannot be read or parsed, and a pod without UID', (t) => {
    assert.throws(() => readCheckpoint('/nonexistent', 'u1'), {
      id: 'multus/device-failed',
      message: /^getPodEntries: error reading file \/nonexistent: ENOENT/,
    })
    assert.throws(() => readCheckpoint(file(t, '{'), 'u1'), /error reading file/)
    assert.throws(() => readCheckpoint('/nonexistent', ''), {
      message: 'GetPodResourceMap: invalid Pod cannot be empty',
    })
  })
})
