// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CniError } from '../error.ts'
import { exampleList, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { pluginMissing } from '../validate.ts'
import { getPluginVersions, validateNetworkList } from './validate-network.ts'

const current = () => ({ cniVersion: '1.1.0', supportedVersions: ['0.4.0', '1.1.0'] })

test('getPluginVersions() asks for VERSION', async () => {
  const plugins = fakePlugins({ bridge: current })
  assert.deepEqual(await getPluginVersions(libcniWith(plugins, '/nowhere'), 'bridge'), ['0.4.0', '1.1.0'])
  assert.deepEqual(plugins.story(), ['VERSION bridge'])
  assert.deepEqual(plugins.calls[0]?.config, { cniVersion: '1.1.0' })
})

test('getPluginVersions() takes a plugin that does not know VERSION for one of 0.1.0', async () => {
  const answer = (message: string) =>
    fakePlugins({
      old: () => {
        throw new CniError(4, message)
      },
    })
  const old = answer('unknown CNI_COMMAND: VERSION')
  assert.deepEqual(await getPluginVersions(libcniWith(old, '/nowhere'), 'old'), ['0.1.0'])
  const other = answer('unknown CNI_COMMAND: VERSION!')
  await assert.rejects(getPluginVersions(libcniWith(other, '/nowhere'), 'old'), { code: 4 })
})

test('validateNetworkList() gives the capabilities that the plugins declare', async () => {
  const plugins = fakePlugins({ bridge: current, tuning: current, portmap: current })
  const list = exampleList({
    plugins: [
      { type: 'bridge', capabilities: { ips: true, mac: false } },
      { type: 'portmap', capabilities: { ips: true, portMappings: true } },
    ],
  })
  assert.deepEqual(
    [...(await validateNetworkList(libcniWith(plugins, '/nowhere'), list))],
    ['ips', 'portMappings'],
  )
})

test('validateNetworkList() names every plugin that is missing or too old', async () => {
  const plugins = fakePlugins({
    bridge: current,
    tuning: () => {
      throw pluginMissing('failed to find plugin "tuning" in path [/opt/cni/bin]')
    },
    portmap: () => ({ cniVersion: '0.2.0' }),
  })
  await assert.rejects(validateNetworkList(libcniWith(plugins, '/nowhere'), exampleList()), (error) => {
    assert.ok(error instanceof AggregateError)
    assert.deepEqual(
      error.errors.map((one: Error) => one.message),
      [
        'failed to find plugin "tuning" in path [/opt/cni/bin]',
        'plugin portmap does not support config version "1.1.0"',
      ],
    )
    return true
  })
})

test('validateNetworkList() takes a list without a version for one of 0.1.0', async () => {
  const plugins = fakePlugins({ bridge: () => ({ cniVersion: '0.2.0' }) })
  const list = exampleList({ cniVersion: '', plugins: [{ type: 'bridge' }] })
  assert.equal((await validateNetworkList(libcniWith(plugins, '/nowhere'), list)).size, 0)
})
