// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ipamOf, ipamTypeOf } from './ipam.ts'

test('ipamOf() is the section, in whatever case its key is written', () => {
  assert.deepEqual(ipamOf({ IPAM: { type: 'static' } }), { type: 'static' })
  assert.equal(ipamOf({ ipam: 'static' }), undefined)
  assert.equal(ipamOf({}), undefined)
})

test('ipamTypeOf() is the name of the plugin, when there is one', () => {
  assert.equal(ipamTypeOf({ ipam: { Type: 'host-local' } }), 'host-local')
  for (const ipam of [{}, { type: '' }, { type: 7 }, null]) assert.equal(ipamTypeOf({ ipam }), undefined)
})
