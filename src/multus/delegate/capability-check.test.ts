// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NetworkSelection } from '../networks/annotation/selection.ts'
import { unheardRequests } from './capability-check.ts'
import { asMaster, loadDelegate } from './load.ts'

const load = (config: object, request: Partial<NetworkSelection>) =>
  loadDelegate(JSON.stringify({ name: 'n', ...config }), {
    selection: { name: 'a', namespace: 'b', ...request },
  })

describe('unheardRequests()', () => {
  test('names what no plugin of the network declares (ANN-14, BUG-14)', () => {
    const delegate = load(
      {
        plugins: [
          { type: 'sriov', capabilities: { mac: false } },
          { type: 'x', capabilities: { ips: true } },
        ],
      },
      { ips: ['10.0.0.1'], mac: '02:00:00:00:00:01', portMappings: [{ hostPort: 1, containerPort: 2 }] },
    )
    assert.deepEqual(unheardRequests(delegate), ['mac', 'portMappings'])
  })

  test('knows the plugins that read CNI_ARGS instead (RC-7)', () => {
    const request = { ips: ['10.0.0.1'], mac: '02:00:00:00:00:01' }
    assert.deepEqual(unheardRequests(load({ type: 'macvlan', ipam: { type: 'host-local' } }, request)), [])
    assert.deepEqual(unheardRequests(load({ type: 'macvlan', ipam: { type: 'dhcp' } }, request)), ['ips'])
    assert.deepEqual(unheardRequests(load({ type: 'ipvlan', ipam: { type: 'static' } }, request)), ['mac'])
  })

  test('has nothing to say about no requests, nor about the default network', () => {
    assert.deepEqual(unheardRequests(load({ type: 'sriov' }, { ips: [] })), [])
    assert.deepEqual(unheardRequests(asMaster(load({ type: 'sriov' }, { ips: ['10.0.0.1'] }))), [])
  })
})
