// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createDevicePool, noDevices } from './device-pool.ts'

describe('createDevicePool()', () => {
  test('hands out each device once, in the order of the ids (DEV-4, BUG-28)', async () => {
    const pool = createDevicePool(
      async () =>
        new Map([
          ['r', ['b', 'a']],
          ['q', ['x']],
        ]),
    )
    assert.deepEqual([await pool.take('r'), await pool.take('q'), await pool.take('r')], ['a', 'x', 'b'])
  })

  test('has nothing for a resource that is unknown or used up (DEV-5)', async () => {
    const pool = createDevicePool(async () => new Map([['r', ['a']]]))
    await pool.take('r')
    assert.deepEqual([await pool.take('r'), await pool.take('')], [undefined, undefined])
  })

  test('looks devices up once, and only when somebody asks (DEV-1)', async () => {
    let lookups = 0
    const pool = createDevicePool(async () => {
      lookups++
      return new Map()
    })
    assert.equal(lookups, 0)
    await pool.take('r')
    await pool.take('q')
    assert.equal(lookups, 1)
  })
})

test('noDevices says why it has none', async () => {
  await assert.rejects(noDevices.take('r'), { id: 'multus/device-failed', message: /no pod is known/ })
})
