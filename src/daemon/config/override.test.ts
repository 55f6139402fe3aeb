// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { overrideConfig } from './override.ts'

const request = { cniVersion: '0.3.1', name: 'n', type: 'multus-shim', binDir: '/a', clusterNetwork: 'x' }

describe('overrideConfig()', () => {
  test('replaces and adds whole top-level keys', () => {
    const daemon = { binDir: '/b', namespaceIsolation: true, logOptions: { maxAge: 1 } }
    assert.deepEqual(overrideConfig(request, daemon, { ignoreReadinessIndicator: false }), {
      ...request,
      ...daemon,
    })
  })

  test('leaves the version, the name and the type of the request', () => {
    const daemon = { cniVersion: '1.0.0', name: 'other', type: 'other' }
    assert.deepEqual(overrideConfig(request, daemon, { ignoreReadinessIndicator: false }), request)
  })

  test('takes the readiness indicator file from the daemon, or drops it everywhere', () => {
    const own = { ...request, readinessindicatorfile: '/own' }
    const daemon = { readinessindicatorfile: '/daemon' }
    const kept = overrideConfig(own, daemon, { ignoreReadinessIndicator: false })
    assert.equal(kept.readinessindicatorfile, '/daemon')
    assert.deepEqual(overrideConfig(own, daemon, { ignoreReadinessIndicator: true }), request)
  })
})
