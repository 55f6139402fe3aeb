// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNetworkConfig } from '../config/plugin-config.ts'
import { CniError } from '../error.ts'
import { exampleList, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { statusNetwork, statusNetworkList } from './status.ts'

test('statusNetworkList() asks each plugin in order without an attachment', async () => {
  const plugins = fakePlugins()
  await statusNetworkList(libcniWith(plugins, '/nowhere'), exampleList())
  assert.deepEqual(plugins.story(), ['STATUS bridge', 'STATUS tuning', 'STATUS portmap'])
  const [call] = plugins.calls
  assert.deepEqual(call?.config, { type: 'bridge', bridge: 'cni0', name: 'net', cniVersion: '1.1.0' })
  assert.deepEqual([call?.containerId, call?.netns, call?.ifName, call?.args], ['', '', '', ''])
})

test('statusNetworkList() throws the first error as it is, so that its code survives', async () => {
  const refusal = new CniError(51, 'ipam is down')
  const plugins = fakePlugins({
    tuning: () => {
      throw refusal
    },
  })
  await assert.rejects(
    statusNetworkList(libcniWith(plugins, '/nowhere'), exampleList()),
    (error) => error === refusal,
  )
  assert.deepEqual(plugins.story(), ['STATUS bridge', 'STATUS tuning'])
})

test('statusNetworkList() takes versions before 1.1.0 for ready', async () => {
  const plugins = fakePlugins()
  await statusNetworkList(libcniWith(plugins, '/nowhere'), exampleList({ cniVersion: '1.0.0' }))
  assert.deepEqual(plugins.calls, [])
})

test('statusNetwork() takes a single plugin for a list', async () => {
  const plugins = fakePlugins()
  const network = parseNetworkConfig({ cniVersion: '1.1.0', name: 'net', type: 'macvlan' })
  await statusNetwork(libcniWith(plugins, '/nowhere'), network)
  assert.deepEqual(plugins.story(), ['STATUS macvlan'])
})
