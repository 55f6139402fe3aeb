// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildPluginConfig, injectKeys } from './inject.ts'
import { parseNetworkConfig } from './plugin-config.ts'

test('injectKeys() sets new keys, replaces old ones and leaves the object alone', () => {
  const object = { type: 'a', name: 'old', deep: { x: 1 } }
  const injected = injectKeys(object, { name: 'new', added: [1] })
  assert.deepEqual(injected, { type: 'a', name: 'new', deep: { x: 1 }, added: [1] })
  assert.equal(injected['deep'], object.deep)
  assert.equal(object.name, 'old')
})

test('injectKeys() leaves out a key that a Go plugin would take for the same field', () => {
  assert.deepEqual(injectKeys({ Name: 'old', NAME: 'older' }, { name: 'new' }), { name: 'new' })
})

test('injectKeys() keeps a key __proto__ a key', () => {
  const injected = injectKeys(JSON.parse('{"__proto__":{"evil":1}}'), { a: 1 })
  assert.equal(JSON.stringify(injected), '{"__proto__":{"evil":1},"a":1}')
  assert.equal(Object.getPrototypeOf(injected), Object.prototype)
})

test('injectKeys() refuses an empty key and a null value', () => {
  assert.throws(() => injectKeys({}, { '': 1 }), { message: 'keys cannot be empty' })
  assert.throws(() => injectKeys({}, { k: null }), { message: "key 'k' value must not be nil" })
})

const plugin = parseNetworkConfig({
  cniVersion: '0.1.0',
  name: 'own',
  type: 'macvlan',
  capabilities: { ips: true, mac: false, bandwidth: true },
  runtimeConfig: { kept: true },
})
const values = { name: 'net', cniVersion: '1.0.0' }

test('buildPluginConfig() gives name and version of the network, and keeps what else there is', () => {
  assert.deepEqual(buildPluginConfig(plugin, values), { ...plugin.config, ...values })
})

test('buildPluginConfig() passes on the capabilities that the plugin declares and the runtime has', () => {
  const capabilityArgs = { ips: ['10.0.0.1/24'], mac: '00:11:22:33:44:55', dns: {} }
  const config = buildPluginConfig(plugin, { ...values, capabilityArgs })
  assert.deepEqual(config['runtimeConfig'], { ips: ['10.0.0.1/24'] })
  assert.deepEqual(config['capabilities'], plugin.config['capabilities'])
})

test('buildPluginConfig() leaves runtimeConfig alone when no capability matches', () => {
  const config = buildPluginConfig(plugin, { ...values, capabilityArgs: { mac: 'x' } })
  assert.deepEqual(config['runtimeConfig'], { kept: true })
})

test('buildPluginConfig() sets prevResult when there is one', () => {
  const prevResult = { cniVersion: '1.0.0' }
  assert.equal(buildPluginConfig(plugin, { ...values, prevResult })['prevResult'], prevResult)
  assert.ok(!('prevResult' in buildPluginConfig(plugin, values)))
})

test('a network without a version gives its plugins an empty one', () => {
  assert.equal(buildPluginConfig(plugin, { name: 'net', cniVersion: '' })['cniVersion'], '')
})
