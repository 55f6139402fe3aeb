// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { maxNetworks, parseNetworks } from './networks.ts'

describe('parseNetworks()', () => {
  test('gives nothing for an empty annotation (ANN-1)', () => {
    assert.deepEqual(parseNetworks('', 'ns'), [])
    assert.deepEqual(parseNetworks(' \n', 'ns'), [])
  })

  test('reads the comma-delimited notation in order', () => {
    assert.deepEqual(parseNetworks('net1, other/net2@data0 ,net1', 'ns'), [
      { name: 'net1', namespace: 'ns' },
      { name: 'net2', namespace: 'other', interfaceName: 'data0' },
      { name: 'net1', namespace: 'ns' },
    ])
  })

  test('reads JSON as soon as one of its characters is there (ANN-2)', () => {
    assert.deepEqual(parseNetworks('\n[{"name": "net1"}]\n', 'ns'), [{ name: 'net1', namespace: 'ns' }])
    assert.throws(
      () => parseNetworks('net1,"net2"', 'ns'),
      /failed to parse pod Network Attachment Selection/,
    )
    assert.throws(() => parseNetworks('{"name": "net1"}', 'ns'), /cannot unmarshal object/)
  })

  test('says which parser failed (ANN-7)', () => {
    assert.throws(
      () => parseNetworks('a/b/c', 'ns'),
      (error: Error) => {
        assert.equal(error.message, 'parsePodNetworkAnnotation')
        assert.match(String(error.cause), /Invalid network object \(failed at '\/'\)/)
        return true
      },
    )
  })

  test('refuses more networks than a pod may have, in both notations', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `net${index}`)
    for (const text of [names.join(','), JSON.stringify(names.map((name) => ({ name })))]) {
      assert.throws(() => parseNetworks(text, 'ns'), {
        id: 'multus/too-many-networks',
        message: /^Cannot attach the pod to 1000 networks: at most 256 are possible/,
      })
    }
    assert.equal(parseNetworks(names.slice(0, maxNetworks).join(','), 'ns').length, 256)
  })

  test('never throws anything but its own errors, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[a-z0-9/@, -]*$/)), (text) => {
        try {
          parseNetworks(text, 'ns')
        } catch (error) {
          assert.match(String(error), /^PlaitError: /)
        }
      }),
    )
  })
})
