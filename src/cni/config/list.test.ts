// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../base/index.ts'
import { listOfPlugin, parseNetworkConfigList } from './list.ts'
import { parseNetworkConfig } from './plugin-config.ts'

const plugins = [{ type: 'bridge' }, { type: 'portmap', capabilities: { portMappings: true } }]

function refusal(value: object): string {
  try {
    parseNetworkConfigList({ ...value })
  } catch (error) {
    return describeError(error)
  }
  return 'taken'
}

test('parseNetworkConfigList() gives name, version, plugins in order and everything else as it was', () => {
  const text = Buffer.from(JSON.stringify({ cniVersion: '1.0.0', name: 'net', plugins, more: [1] }))
  const list = parseNetworkConfigList(text)
  assert.equal(list.name, 'net')
  assert.equal(list.cniVersion, '1.0.0')
  assert.deepEqual(
    list.plugins.map(({ type }) => type),
    ['bridge', 'portmap'],
  )
  assert.deepEqual([list.disableCheck, list.disableGC, list.loadOnlyInlinedPlugins], [false, false, false])
  assert.deepEqual(list.config['more'], [1])
  assert.equal(list.bytes.toString(), text.toString())
})

for (const key of ['disableCheck', 'disableGC', 'loadOnlyInlinedPlugins'] as const) {
  test(`parseNetworkConfigList() takes ${key} as a boolean or as text in any case`, () => {
    for (const value of [true, 'true', 'TRUE', 'True']) {
      assert.equal(parseNetworkConfigList({ name: 'n', plugins, [key]: value })[key], true)
    }
    for (const value of [false, 'false', 'False', null]) {
      assert.equal(parseNetworkConfigList({ name: 'n', plugins, [key]: value })[key], false)
    }
    const prefix = 'error parsing configuration list: '
    assert.equal(refusal({ name: 'n', plugins, [key]: 'yes' }), `${prefix}invalid value "yes" for ${key}`)
    assert.equal(refusal({ name: 'n', plugins, [key]: 1 }), `${prefix}invalid type float64 for ${key}`)
  })
}

test('parseNetworkConfigList() ignores loadPluginsFromFolder, which no release of the specification has', () => {
  assert.equal(
    parseNetworkConfigList({ name: 'n', plugins, loadPluginsFromFolder: false }).loadOnlyInlinedPlugins,
    false,
  )
})

test('parseNetworkConfigList() lets plugins be absent unless only inlined ones are to be loaded', () => {
  assert.deepEqual(parseNetworkConfigList({ name: 'n' }).plugins, [])
  assert.equal(
    refusal({ name: 'n', loadOnlyInlinedPlugins: true }),
    "error parsing configuration list: `loadOnlyInlinedPlugins` is true, and no 'plugins' key",
  )
})

test('parseNetworkConfigList() refuses what it cannot use with the texts of the Go library', () => {
  const vectors: readonly [object, string][] = [
    [{ plugins }, 'no name'],
    [{ name: 5, plugins }, 'invalid name type float64'],
    [{ name: 'n', cniVersion: [], plugins }, 'invalid cniVersion type []interface {}'],
    [
      { name: 'n', cniVersions: ['x'], plugins },
      'invalid cniVersions entry x at index 0: failed to convert major',
    ],
    [{ name: 'n', plugins: {} }, "invalid 'plugins' type map[string]interface {}"],
    [{ name: 'n', plugins: [] }, 'no plugins in list'],
    [
      { name: 'n', plugins: ['x'] },
      'failed to parse plugin config 0: error parsing configuration: plugin: expected',
    ],
    [
      { name: 'n', plugins: [{ type: 'a' }, { mtu: 1 }] },
      "failed to parse plugin config 1: error parsing configuration: missing 'type'",
    ],
  ]
  for (const [value, problem] of vectors) {
    const text = refusal(value)
    assert.ok(text.startsWith(`error parsing configuration list: ${problem}`), text)
  }
  assert.throws(() => parseNetworkConfigList(Buffer.from('nonsense')), { id: 'config/json-invalid' })
})

test('listOfPlugin() gives the list that a network of one plugin stands for', () => {
  const network = parseNetworkConfig({ cniVersion: '0.4.0', name: 'n', type: 'macvlan', mtu: 9 })
  const list = listOfPlugin(network)
  assert.deepEqual([list.name, list.cniVersion, list.plugins], ['n', '0.4.0', [network]])
  assert.deepEqual(list.config, { cniVersion: '0.4.0', name: 'n', plugins: [network.config] })
  assert.equal(list.bytes, network.bytes)
})
