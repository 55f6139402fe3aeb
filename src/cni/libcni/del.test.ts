// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLog, describeError } from '../../base/index.ts'
import { parseNetworkConfig } from '../config/plugin-config.ts'
import { CniError } from '../error.ts'
import { exampleList, exampleRuntime, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { addNetwork, addNetworkList } from './add.ts'
import { delNetwork, delNetworkList } from './del.ts'

const result = { cniVersion: '1.1.0', ips: [{ address: '10.0.0.2/24' }] }
const file = 'results/net-c1-eth0'

function refuse(message: string) {
  return () => {
    throw new CniError(999, message)
  }
}

async function attached(cacheDir: string, list = exampleList()): Promise<void> {
  const plugins = fakePlugins({ portmap: () => result })
  await addNetworkList(libcniWith(plugins, cacheDir), list, exampleRuntime)
}

test('delNetworkList() runs the plugins backwards, all with the remembered result, and forgets it', async (t) => {
  const cacheDir = scratchDirectory(t)
  await attached(cacheDir)
  const plugins = fakePlugins()
  await delNetworkList(libcniWith(plugins, cacheDir), exampleList(), exampleRuntime)
  assert.deepEqual(plugins.story(), ['DEL portmap', 'DEL tuning', 'DEL bridge'])
  for (const { config } of plugins.calls) assert.deepEqual(config['prevResult'], result)
  assert.deepEqual(plugins.calls[0]?.config['runtimeConfig'], { portMappings: [{ hostPort: 80 }] })
  assert.ok(!existsSync(join(cacheDir, file)))
})

test('delNetworkList() works without a remembered result and may be repeated', async (t) => {
  const plugins = fakePlugins()
  const libcni = libcniWith(plugins, scratchDirectory(t))
  await delNetworkList(libcni, exampleList(), exampleRuntime)
  await delNetworkList(libcni, exampleList(), { ...exampleRuntime, netns: '' })
  assert.equal(plugins.calls.length, 6)
  assert.ok(plugins.calls.every(({ config }) => !('prevResult' in config)))
})

test('delNetworkList() gives the result in the version of the network', async (t) => {
  const cacheDir = scratchDirectory(t)
  await attached(cacheDir)
  const plugins = fakePlugins()
  await delNetworkList(libcniWith(plugins, cacheDir), exampleList({ cniVersion: '0.4.0' }), exampleRuntime)
  assert.deepEqual(plugins.calls[0]?.config['prevResult'], {
    cniVersion: '0.4.0',
    ips: [{ version: '4', address: '10.0.0.2/24' }],
    dns: {},
  })
})

test('delNetworkList() gives no result before 0.4.0', async (t) => {
  const cacheDir = scratchDirectory(t)
  await attached(cacheDir)
  const plugins = fakePlugins()
  await delNetworkList(libcniWith(plugins, cacheDir), exampleList({ cniVersion: '0.3.1' }), exampleRuntime)
  assert.ok(plugins.calls.every(({ config }) => !('prevResult' in config)))
  assert.ok(!existsSync(join(cacheDir, file)))
})

test('delNetworkList() gives the result of a file of an old library', async (t) => {
  const text = '{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.9/24"}],"dns":{}}'
  const plugins = fakePlugins()
  await delNetworkList(
    libcniWith(plugins, scratchDirectory(t, { [file]: text })),
    exampleList(),
    exampleRuntime,
  )
  assert.deepEqual(plugins.calls[0]?.config['prevResult'], {
    cniVersion: '1.1.0',
    ips: [{ address: '10.0.0.9/24' }],
  })
})

for (const [what, text] of [
  ['is cut off', '{"kind":"cniCacheV1","resu'],
  ['is empty', ''],
  ['has a result that cannot be decoded', '{"kind":"cniCacheV1","result":{"cniVersion":"1.0.0","ips":[{}]}}'],
  ['has a result of an unknown version', '{"kind":"cniCacheV1","result":{"cniVersion":"9.0.0"}}'],
] as const) {
  test(`delNetworkList() keeps a remembered result aside that ${what}, says so and goes on`, async (t) => {
    const cacheDir = scratchDirectory(t, { [file]: text })
    const plugins = fakePlugins()
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    await delNetworkList({ ...libcniWith(plugins, cacheDir), log }, exampleList(), exampleRuntime)
    assert.deepEqual(plugins.story(), ['DEL portmap', 'DEL tuning', 'DEL bridge'])
    assert.ok(plugins.calls.every(({ config }) => !('prevResult' in config)))
    assert.deepEqual(readdirSync(join(cacheDir, 'results')), ['net-c1-eth0.corrupt'])
    assert.equal(readFileSync(join(cacheDir, `${file}.corrupt`), 'utf8'), text)
    assert.ok(lines.some((line) => line.includes(`${cacheDir}/${file}.corrupt`)))
  })
}

test('delNetworkList() lets every plugin release, tells what failed and keeps the result', async (t) => {
  const cacheDir = scratchDirectory(t)
  await attached(cacheDir)
  const plugins = fakePlugins({ tuning: refuse('sysctl is gone') })
  await assert.rejects(
    delNetworkList(libcniWith(plugins, cacheDir), exampleList(), exampleRuntime),
    (error) => {
      assert.equal(describeError(error), 'plugin type="tuning" name="second" failed (delete): sysctl is gone')
      return true
    },
  )
  assert.deepEqual(plugins.story(), ['DEL portmap', 'DEL tuning', 'DEL bridge'])
  assert.ok(existsSync(join(cacheDir, file)))
})

test('delNetworkList() throws all failures together', async (t) => {
  const plugins = fakePlugins({ portmap: refuse('a'), bridge: refuse('b') })
  const call = delNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), exampleRuntime)
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof AggregateError && error.errors.length === 2)
    assert.equal(
      describeError(error),
      'plugin type="portmap" failed (delete): a / plugin type="bridge" failed (delete): b',
    )
    return true
  })
})

test('delNetworkList() runs the plugins even for names that are not safe in a file name', async (t) => {
  const plugins = fakePlugins()
  const runtime = { ...exampleRuntime, containerId: '../../etc/passwd' }
  await delNetworkList(libcniWith(plugins, scratchDirectory(t)), exampleList(), runtime)
  assert.equal(plugins.calls.length, 3)
})

test('delNetwork() tolerates a corrupt result too, and throws the error of the plugin as it is', async (t) => {
  const cacheDir = scratchDirectory(t, { [file]: '{' })
  const network = parseNetworkConfig({ cniVersion: '0.4.0', name: 'net', type: 'macvlan' })
  const plugins = fakePlugins()
  await delNetwork(libcniWith(plugins, cacheDir), network, exampleRuntime)
  assert.deepEqual(plugins.story(), ['DEL macvlan'])
  assert.deepEqual(readdirSync(join(cacheDir, 'results')), ['net-c1-eth0.corrupt'])
  const failing = fakePlugins({ macvlan: refuse('no') })
  await assert.rejects(delNetwork(libcniWith(failing, cacheDir), network, exampleRuntime), {
    name: 'CniError',
    message: 'no',
  })
})

test('delNetwork() finds what addNetwork() remembered', async (t) => {
  const cacheDir = scratchDirectory(t)
  const network = parseNetworkConfig({ cniVersion: '1.0.0', name: 'net', type: 'macvlan' })
  const plugins = fakePlugins({ macvlan: ({ command }) => (command === 'ADD' ? result : undefined) })
  const libcni = libcniWith(plugins, cacheDir)
  await addNetwork(libcni, network, exampleRuntime)
  await delNetwork(libcni, network, exampleRuntime)
  assert.deepEqual(plugins.calls[1]?.config['prevResult'], { ...result, cniVersion: '1.0.0' })
  assert.deepEqual(readdirSync(join(cacheDir, 'results')), [])
})
