// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeError } from '../../base/index.ts'
import { parseCacheEntry } from '../cache/entry.ts'
import { listOfPlugin, parseNetworkConfigList } from '../config/list.ts'
import { parseNetworkConfig } from '../config/plugin-config.ts'
import { CniError, toCniError } from '../error.ts'
import { exampleList, exampleRuntime, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { addNetwork, addNetworkList } from './add.ts'

const first = { cniVersion: '1.1.0', interfaces: [{ name: 'eth0', sandbox: '/run/netns/a' }] }
const last = { ...first, ips: [{ address: '10.0.0.2/24', interface: 0 }] }
const results = { bridge: () => first, tuning: () => first, portmap: () => last }

function refuse(code: number, message: string): () => never {
  return () => {
    throw new CniError(code, message)
  }
}

test('addNetworkList() runs the plugins in order, each with the result of the one before', async (t) => {
  const plugins = fakePlugins(results)
  const result = await addNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), exampleRuntime)
  assert.deepEqual(result, last)
  assert.deepEqual(plugins.story(), ['ADD bridge', 'ADD tuning', 'ADD portmap'])
  assert.deepEqual(
    plugins.calls.map(({ config }) => config['prevResult']),
    [undefined, first, first],
  )
})

test('addNetworkList() gives each plugin the name, version and capabilities, and the same environment', async (t) => {
  const plugins = fakePlugins(results)
  await addNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), exampleRuntime)
  assert.deepEqual(plugins.calls[0]?.config, {
    type: 'bridge',
    bridge: 'cni0',
    name: 'net',
    cniVersion: '1.1.0',
  })
  assert.equal(plugins.calls[1]?.config['name'], 'net')
  assert.deepEqual(plugins.calls[2]?.config['runtimeConfig'], { portMappings: [{ hostPort: 80 }] })
  for (const { containerId, netns, ifName, args, path } of plugins.calls) {
    assert.deepEqual(
      [containerId, netns, ifName, args, path],
      ['c1', '/run/netns/a', 'eth0', 'IgnoreUnknown=1;IP=10.0.0.2', ['/opt/cni/bin']],
    )
  }
})

test('addNetworkList() remembers the last result and what it was called with', async (t) => {
  const cacheDir = scratchDirectory(t)
  const list = exampleList()
  await addNetworkList(libcniWith(fakePlugins(results), cacheDir), list, exampleRuntime)
  const entry = parseCacheEntry(readFileSync(join(cacheDir, 'results/net-c1-eth0')))
  assert.deepEqual(entry, {
    form: 'attachment',
    attachment: { ...exampleRuntime, networkName: 'net', config: list.bytes, result: last },
  })
})

test('addNetworkList() keeps separate files for the interfaces of one container', async (t) => {
  const cacheDir = scratchDirectory(t)
  const libcni = libcniWith(fakePlugins(results), cacheDir)
  await addNetworkList(libcni, exampleList(), exampleRuntime)
  await addNetworkList(libcni, exampleList(), { ...exampleRuntime, ifName: 'eth1' })
  assert.ok(
    existsSync(join(cacheDir, 'results/net-c1-eth0')) && existsSync(join(cacheDir, 'results/net-c1-eth1')),
  )
})

test('addNetworkList() stops at the first failure, names the plugin and remembers nothing', async (t) => {
  const cacheDir = scratchDirectory(t)
  const plugins = fakePlugins({ ...results, tuning: refuse(11, 'try later') })
  await assert.rejects(
    addNetworkList(libcniWith(plugins, cacheDir), exampleList(), exampleRuntime),
    (error) => {
      assert.equal(describeError(error), 'plugin type="tuning" name="second" failed (add): try later')
      assert.equal(toCniError(error).code, 11)
      return true
    },
  )
  assert.deepEqual(plugins.story(), ['ADD bridge', 'ADD tuning'])
  assert.ok(!existsSync(join(cacheDir, 'results')))
})

test('addNetworkList() validates ids and names before the first plugin runs', async (t) => {
  const plugins = fakePlugins()
  const libcni = libcniWith(plugins, scratchDirectory(t))
  const vectors: readonly [object, object, string][] = [
    [{}, { containerId: '' }, 'missing containerID'],
    [{}, { containerId: 'a/b' }, 'invalid characters in containerID; a/b'],
    [{ name: 'a b' }, {}, 'invalid characters found in network name; a b'],
    [
      {},
      { ifName: 'far-too-long-a-name' },
      'interface name is too long; interface name should be less than 16',
    ],
  ]
  for (const [list, runtime, text] of vectors) {
    const call = addNetworkList(libcni, exampleList(list), { ...exampleRuntime, ...runtime })
    await assert.rejects(call, (error) =>
      describeError(error).startsWith(`plugin type="bridge" failed (add): ${text}`),
    )
  }
  assert.deepEqual(plugins.calls, [])
})

test('addNetworkList() fails when the result cannot be remembered, although the network is up', async (t) => {
  const cacheDir = join(scratchDirectory(t, { file: '' }), 'file')
  const call = addNetworkList(libcniWith(fakePlugins(results), cacheDir), exampleList(), exampleRuntime)
  const failure = { id: 'cni/cache-failed', message: 'failed to set network "net" cached result' }
  await assert.rejects(call, failure)
  const network = parseNetworkConfig({ cniVersion: '1.0.0', name: 'net', type: 'bridge' })
  await assert.rejects(
    addNetwork(libcniWith(fakePlugins(results), cacheDir), network, exampleRuntime),
    failure,
  )
})

test('addNetworkList() refuses a network without plugins', async (t) => {
  const call = addNetworkList(
    libcniWith(fakePlugins(), scratchDirectory(t)),
    parseNetworkConfigList({ name: 'net' }),
    exampleRuntime,
  )
  await assert.rejects(call, { message: 'no plugins in network "net"' })
})

test('addNetworkList() passes a result of an older version on in the version of the network', async (t) => {
  const plugins = fakePlugins({
    bridge: () => ({ cniVersion: '0.2.0', ip4: { ip: '10.0.0.2/24' } }),
    portmap: ({ config }) => (config['prevResult'] === undefined ? {} : last),
  })
  await addNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), exampleRuntime)
  assert.deepEqual(plugins.calls[1]?.config['prevResult'], {
    cniVersion: '1.1.0',
    ips: [{ address: '10.0.0.2/24' }],
  })
})

test('addNetworkList() fails with a result that cannot be decoded', async (t) => {
  const plugins = fakePlugins({ bridge: () => ({ cniVersion: '1.0.0', ips: [{ address: 'x' }] }) })
  const call = addNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), exampleRuntime)
  await assert.rejects(call, (error) =>
    /cannot decode CNI result: ips\[0\]\.address/.test(describeError(error)),
  )
})

test('addNetwork() runs a single plugin and throws its error as it is', async (t) => {
  const cacheDir = scratchDirectory(t)
  const network = parseNetworkConfig({ cniVersion: '0.2.0', name: 'net', type: 'macvlan' })
  const plugins = fakePlugins({ macvlan: () => ({ cniVersion: '0.2.0', dns: {} }) })
  await addNetwork(libcniWith(plugins, cacheDir), network, exampleRuntime)
  assert.deepEqual(plugins.calls[0]?.config, { cniVersion: '0.2.0', name: 'net', type: 'macvlan' })
  const entry = parseCacheEntry(readFileSync(join(cacheDir, 'results/net-c1-eth0')))
  assert.ok(entry.form === 'attachment')
  assert.equal(entry.attachment.config.toString(), network.bytes.toString())
  assert.deepEqual(entry.attachment.result, { cniVersion: '0.2.0', dns: {} })
  const failing = fakePlugins({ macvlan: refuse(7, 'no master') })
  await assert.rejects(addNetwork(libcniWith(failing, cacheDir), network, exampleRuntime), {
    name: 'CniError',
    code: 7,
    message: 'no master',
  })
})

test('a single plugin and a list of it are called alike', async (t) => {
  const network = parseNetworkConfig({ cniVersion: '1.0.0', name: 'net', type: 'macvlan' })
  const plugins = fakePlugins()
  const libcni = libcniWith(plugins, scratchDirectory(t))
  await addNetwork(libcni, network, exampleRuntime)
  await addNetworkList(libcni, listOfPlugin(network), exampleRuntime)
  assert.deepEqual(plugins.calls[0], plugins.calls[1])
})
