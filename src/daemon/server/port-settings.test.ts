// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPortSettings } from './port-settings.ts'

describe('readPortSettings()', () => {
  const read = (root: object) => readPortSettings(JSON.parse(JSON.stringify(root)), '/c')

  test('wants no port unless one is named', () => {
    assert.deepEqual([read({}), read({ metricsPort: 0 })], [undefined, undefined])
  })

  test('listens at all addresses unless one is named', () => {
    assert.deepEqual(read({ metricsPort: 9091 }), { port: 9091 })
    assert.deepEqual(read({ metricsPort: 1, metricsAddress: '::1' }), { port: 1, address: '::1' })
  })

  test('refuses what is no port', () => {
    assert.throws(() => read({ metricsPort: 70_000 }), /metricsPort is 70000, and must be a port/)
  })
})
