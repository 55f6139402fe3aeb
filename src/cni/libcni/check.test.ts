// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseNetworkConfig } from '../config/plugin-config.ts'
import { CniError } from '../error.ts'
import { exampleList, exampleRuntime, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { addNetworkList } from './add.ts'
import { checkNetwork, checkNetworkList } from './check.ts'

const result = { cniVersion: '1.1.0', ips: [{ address: '10.0.0.2/24' }] }

test('checkNetworkList() runs the plugins in order, all with the remembered result', async (t) => {
  const cacheDir = scratchDirectory(t)
  const add = fakePlugins({ portmap: () => result })
  await addNetworkList(libcniWith(add, cacheDir), exampleList(), exampleRuntime)
  const plugins = fakePlugins()
  await checkNetworkList(libcniWith(plugins, cacheDir), exampleList(), exampleRuntime)
  assert.deepEqual(plugins.story(), ['CHECK bridge', 'CHECK tuning', 'CHECK portmap'])
  for (const { config } of plugins.calls) assert.deepEqual(config['prevResult'], result)
  assert.deepEqual(readdirSync(join(cacheDir, 'results')), ['net-c1-eth0'])
})

test('checkNetworkList() stops at the first failure and throws it as it is', async (t) => {
  const plugins = fakePlugins({
    tuning: () => {
      throw new CniError(999, 'mtu differs')
    },
  })
  const call = checkNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), exampleRuntime)
  await assert.rejects(call, { name: 'CniError', message: 'mtu differs' })
  assert.deepEqual(plugins.story(), ['CHECK bridge', 'CHECK tuning'])
})

test('checkNetworkList() refuses versions before 0.4.0', async (t) => {
  const libcni = libcniWith(fakePlugins(), scratchDirectory(t))
  for (const version of ['', '0.3.1']) {
    await assert.rejects(checkNetworkList(libcni, exampleList({ cniVersion: version }), exampleRuntime), {
      message: `configuration version "${version}" does not support the CHECK command`,
    })
  }
})

test('checkNetworkList() runs nothing when the network says so', async (t) => {
  const plugins = fakePlugins()
  const list = exampleList({ disableCheck: 'True' })
  await checkNetworkList(libcniWith(plugins, scratchDirectory(t)), list, exampleRuntime)
  assert.deepEqual(plugins.calls, [])
})

test('checkNetworkList() fails on a remembered result that cannot be used, and leaves it where it is', async (t) => {
  const cacheDir = scratchDirectory(t, { 'results/net-c1-eth0': '{"kind":' })
  const call = checkNetworkList(libcniWith(fakePlugins(), cacheDir), exampleList(), exampleRuntime)
  await assert.rejects(call, { message: 'failed to get network "net" cached result' })
  assert.deepEqual(readdirSync(join(cacheDir, 'results')), ['net-c1-eth0'])
})

test('checkNetwork() takes a single plugin for a list', async (t) => {
  const network = parseNetworkConfig({ cniVersion: '1.0.0', name: 'net', type: 'macvlan' })
  const plugins = fakePlugins({
    macvlan: () => {
      throw new CniError(999, 'down')
    },
  })
  await assert.rejects(checkNetwork(libcniWith(plugins, scratchDirectory(t)), network, exampleRuntime), {
    name: 'CniError',
    message: 'down',
  })
})
