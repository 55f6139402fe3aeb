// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeError } from '../../base/index.ts'
import { parseNetworkConfig } from '../config/plugin-config.ts'
import { CniError } from '../error.ts'
import { exampleList, exampleRuntime, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { addNetworkList } from './add.ts'
import { gcNetwork, gcNetworkList } from './gc.ts'

async function withAttachments(cacheDir: string): Promise<void> {
  const libcni = libcniWith(fakePlugins(), cacheDir)
  for (const containerId of ['c1', 'c2']) {
    for (const ifName of ['eth0', 'net1']) {
      await addNetworkList(libcni, exampleList(), { ...exampleRuntime, containerId, ifName })
    }
  }
  await addNetworkList(libcni, exampleList({ name: 'other' }), exampleRuntime)
}

function remembered(cacheDir: string): string[] {
  return readdirSync(join(cacheDir, 'results')).sort()
}

test('gcNetworkList() releases what is not valid any more, with what was remembered of it', async (t) => {
  const cacheDir = scratchDirectory(t)
  await withAttachments(cacheDir)
  const plugins = fakePlugins()
  const valid = [
    { containerId: 'c1', ifName: 'eth0' },
    { containerId: 'c2', ifName: 'net1' },
  ]
  await gcNetworkList(libcniWith(plugins, cacheDir), exampleList(), valid)
  assert.deepEqual(remembered(cacheDir), ['net-c1-eth0', 'net-c2-net1', 'other-c1-eth0'])
  const [first] = plugins.calls
  assert.deepEqual(
    [first?.command, first?.type, first?.containerId, first?.ifName, first?.netns, first?.args],
    ['DEL', 'portmap', 'c1', 'net1', '/run/netns/a', 'IgnoreUnknown=1;IP=10.0.0.2'],
  )
  assert.deepEqual(first?.config['runtimeConfig'], { portMappings: [{ hostPort: 80 }] })
})

test('gcNetworkList() tells every plugin what is valid, under both names of the key', async (t) => {
  const plugins = fakePlugins()
  const valid = [{ containerId: 'c1', ifName: 'eth0' }]
  await gcNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), valid)
  assert.deepEqual(plugins.story(), ['GC bridge', 'GC tuning', 'GC portmap'])
  const attachments = [{ containerID: 'c1', ifname: 'eth0' }]
  assert.deepEqual(plugins.calls[0]?.config, {
    type: 'bridge',
    bridge: 'cni0',
    name: 'net',
    cniVersion: '1.1.0',
    'cni.dev/valid-attachments': attachments,
    'cni.dev/attachments': attachments,
  })
  const [{ containerId, netns, ifName, args } = exampleRuntime] = plugins.calls
  assert.deepEqual([containerId, netns, ifName, args], ['', '', '', ''])
})

test('gcNetworkList() without a list releases everything of the network, and sends no list', async (t) => {
  const cacheDir = scratchDirectory(t)
  await withAttachments(cacheDir)
  const plugins = fakePlugins()
  await gcNetworkList(libcniWith(plugins, cacheDir), exampleList())
  assert.deepEqual(remembered(cacheDir), ['other-c1-eth0'])
  assert.ok(!('cni.dev/attachments' in (plugins.calls.at(-1)?.config ?? {})))
})

test('gcNetworkList() before 1.1.0 releases attachments and asks no plugin for GC', async (t) => {
  const cacheDir = scratchDirectory(t)
  await withAttachments(cacheDir)
  const plugins = fakePlugins()
  await gcNetworkList(libcniWith(plugins, cacheDir), exampleList({ cniVersion: '1.0.0' }), [])
  assert.deepEqual(remembered(cacheDir), ['other-c1-eth0'])
  assert.ok(!plugins.story().some((call) => call.startsWith('GC')))
})

test('gcNetworkList() does nothing when the network says so', async (t) => {
  const cacheDir = scratchDirectory(t)
  await withAttachments(cacheDir)
  const plugins = fakePlugins()
  await gcNetworkList(libcniWith(plugins, cacheDir), exampleList({ disableGC: true }))
  assert.deepEqual(plugins.calls, [])
  assert.equal(remembered(cacheDir).length, 5)
})

test('gcNetworkList() goes on after failures and tells them all', async (t) => {
  const cacheDir = scratchDirectory(t)
  await withAttachments(cacheDir)
  const plugins = fakePlugins({
    bridge: ({ command, containerId }) => {
      if (command === 'GC' || containerId === 'c1') throw new CniError(999, `no ${command}`)
      return undefined
    },
  })
  const valid = [{ containerId: 'c1', ifName: 'net1' }]
  await assert.rejects(gcNetworkList(libcniWith(plugins, cacheDir), exampleList(), valid), (error) => {
    assert.ok(error instanceof AggregateError)
    assert.deepEqual(error.errors.map(describeError), [
      'failed to delete stale attachment c1 eth0: plugin type="bridge" failed (delete): no DEL',
      'failed to GC plugin bridge: no GC',
    ])
    return true
  })
  assert.deepEqual(remembered(cacheDir), ['net-c1-eth0', 'net-c1-net1', 'other-c1-eth0'])
  assert.deepEqual(plugins.story().slice(-3), ['GC bridge', 'GC tuning', 'GC portmap'])
})

test('gcNetworkList() works where nothing was ever remembered', async (t) => {
  const plugins = fakePlugins()
  await gcNetworkList(libcniWith(plugins, join(scratchDirectory(t), 'absent')), exampleList(), [])
  assert.equal(plugins.calls.length, 3)
})

test('gcNetwork() takes a single plugin for a list', async (t) => {
  const plugins = fakePlugins()
  const network = parseNetworkConfig({ cniVersion: '1.1.0', name: 'net', type: 'macvlan' })
  await gcNetwork(libcniWith(plugins, scratchDirectory(t)), network, [])
  assert.deepEqual(plugins.story(), ['GC macvlan'])
})
