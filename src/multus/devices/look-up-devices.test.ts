// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startFakeApiServer } from '../fakes/fake-api-server.ts'
import { lookUpDevices } from './look-up-devices.ts'

const pod = { namespace: 'default', name: 'web', uid: 'u1' }
const podResourcesSocket = '/nonexistent/kubelet.sock'

describe('lookUpDevices()', () => {
  test('falls back on the checkpoint, and adds what DRA drivers allocated (DEV-3, DEV-7)', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-devices-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const checkpointFile = join(directory, 'checkpoint')
    const PodDeviceEntries = [{ PodUID: 'u1', ResourceName: 'r', DeviceIDs: { 0: ['a'] } }]
    writeFileSync(checkpointFile, JSON.stringify({ Data: { PodDeviceEntries } }))
    const sources = { podResourcesSocket, checkpointFile }
    assert.deepEqual(await lookUpDevices(pod, sources), new Map([['r', ['a']]]))

    const claim = {
      status: { allocation: { devices: { results: [{ driver: 'd', pool: 'p', device: 'x' }] } } },
    }
    const attributes = {
      'k8s.cni.cncf.io/deviceID': { string: 'b' },
      'k8s.cni.cncf.io/resourceName': { string: 'r' },
    }
    const spec = { driver: 'd', pool: { name: 'p' }, devices: [{ name: 'x', attributes }] }
    await using api = await startFakeApiServer({
      '/api/v1/namespaces/default/pods/web': {
        status: { resourceClaimStatuses: [{ resourceClaimName: 'c' }] },
      },
      '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims/c': claim,
      '/apis/resource.k8s.io/v1/resourceslices': { metadata: {}, items: [{ spec }] },
    })
    assert.deepEqual(
      await lookUpDevices(pod, { ...sources, client: api.client }),
      new Map([['r', ['a', 'b']]]),
    )
  })

  test("says in upstream's words who could not be asked", async () => {
    await assert.rejects(lookUpDevices(pod, { podResourcesSocket, checkpointFile: '/nonexistent' }), {
      id: 'multus/device-failed',
      message:
        /^getKubernetesDelegate: failed to get resourceMap from ResourceClient: getPodEntries: error reading file \/nonexistent/,
    })
  })
})
