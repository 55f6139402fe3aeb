// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { object } from 'valibot'
import type { Plugin } from './define-plugin.ts'
import { definePlugin } from './define-plugin.ts'
import { configJsonSchema } from './json-schema.ts'
import { optionalCount } from './schema-fields.ts'

const config = object({ mtu: optionalCount('MTU in bytes.') })
const mtu = { type: 'integer', minimum: 0, maximum: 4294967295, description: 'MTU in bytes.' }

function pluginOf(kind: Plugin['kind']): Plugin {
  return definePlugin({
    name: 'sample',
    kind,
    about: 'For tests.',
    config,
    add: () => ({}),
    del: () => undefined,
  })
}

const propertyOf = (properties: object, key: string): unknown =>
  Object.entries(properties).find(([name]) => name === key)?.[1]

describe('configJsonSchema()', () => {
  it('describes the whole configuration of a plugin', () => {
    const { properties, required } = configJsonSchema(pluginOf('main'))
    assert.deepEqual(properties.type, { const: 'sample' })
    assert.deepEqual(propertyOf(properties, 'mtu'), mtu)
    assert.deepEqual(required, ['type'])
  })

  it('describes the keys of an IPAM plugin where they stand', () => {
    const { properties, required } = configJsonSchema(pluginOf('ipam'))
    const ipam = { type: 'object', properties: { type: { const: 'sample' }, mtu }, required: [] }
    assert.deepEqual(propertyOf(properties, 'ipam'), ipam)
    assert.deepEqual(required, ['ipam'])
  })
})
