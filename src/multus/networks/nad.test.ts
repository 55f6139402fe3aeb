// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createDevicePool } from '../devices/device-pool.ts'
import { FakeCluster, unreachable } from '../fakes/fake-cluster.ts'
import { loadDefinition, resourceNameAnnotation } from './nad.ts'
import type { DefinitionContext } from './nad.ts'

const selection = { name: 'lan', namespace: 'default' }
const macvlan = { cniVersion: '1.0.0', name: 'own-name', type: 'macvlan' }

function setUp(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-nad-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const confDir = join(directory, 'net.d')
  mkdirSync(confDir)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(confDir, name), text)
  const cluster = new FakeCluster()
  const missing: string[] = []
  const context: DefinitionContext = {
    cluster,
    confDir,
    devices: createDevicePool(async () => new Map([['example.com/nic', ['b', 'a']]])),
    bounds: {},
    onMissing: (message) => missing.push(message),
  }
  return { cluster, confDir, context, missing }
}

describe('loadDefinition()', () => {
  test('executes the configuration of the definition as it stands there (NAD-4)', async (t) => {
    const { cluster, context } = setUp(t)
    cluster.putDefinition('default/lan', ' {"type": "macvlan", "name": "n"}')
    const delegate = await loadDefinition(selection, context)
    assert.equal(delegate.name, 'default/lan')
    assert.equal(delegate.network.bytes.toString(), ' {"type": "macvlan", "name": "n"}')
  })

  test('gives a configuration without name that of the definition, lists too (NAD-4)', async (t) => {
    const { cluster, context } = setUp(t)
    for (const config of ['{"type": "mynet"}', '{"name": "", "plugins": [{"type": "mynet"}]}']) {
      cluster.putDefinition('default/lan', config)
      assert.equal((await loadDefinition(selection, context)).network.name, 'lan')
    }
  })

  test('takes the file of its name for a definition without configuration (NAD-3)', async (t) => {
    const { cluster, context } = setUp(t, {
      '10-other.conf': '{"type": "a", "name": "other"}',
      '20-lan.conflist': '{"name": "lan", "plugins": [{"type": "b"}]}',
    })
    cluster.putDefinition('default/lan', '')
    assert.equal((await loadDefinition(selection, context)).isList, true)
  })

  test("says in upstream's words which files it looked at (NAD-3)", async (t) => {
    const { cluster, confDir, context } = setUp(t, { '10-other.conf': '{"type": "a", "name": "other"}' })
    cluster.putDefinition('default/lan', '')
    const prefix = 'GetCNIConfig: err in GetCNIConfigFromFile: '
    await assert.rejects(loadDefinition(selection, context), {
      id: 'multus/nad-invalid',
      message: `${prefix}no network available in the name lan in cni dir ${confDir}`,
    })
    writeFileSync(join(confDir, '00-broken.conf'), '{')
    await assert.rejects(loadDefinition(selection, context), {
      message: new RegExp(`^${prefix}Error loading CNI config file ${confDir}/00-broken.conf: `),
    })
    await assert.rejects(loadDefinition(selection, { ...context, confDir: '/nonexistent' }), {
      message: `${prefix}No networks found in /nonexistent`,
    })
  })

  test("reports a missing definition in upstream's words, as an event too (NAD-2)", async (t) => {
    const { context, missing } = setUp(t)
    const message =
      'cannot find a network-attachment-definition (lan) in namespace (default): ' +
      'network-attachment-definitions.k8s.cni.cncf.io "lan" not found'
    await assert.rejects(loadDefinition(selection, context), {
      id: 'multus/nad-missing',
      msg: `getKubernetesDelegate: ${message}`,
      details: 'create it, or correct the annotation of the pod',
    })
    assert.deepEqual(missing, [message])
  })

  test('adds where a definition of that name exists', async (t) => {
    const { cluster, context } = setUp(t)
    for (const place of ['zoo/lan', 'apps/lan', 'apps/other']) cluster.putDefinition(place, macvlan)
    await assert.rejects(loadDefinition(selection, context), {
      message: /"lan" not found; it exists in namespace\(s\) apps, zoo: write apps\/lan to use that one$/,
    })
  })

  test('does not call a definition missing when the API does not answer', async (t) => {
    const { cluster, context } = setUp(t)
    cluster.failures.definition = unreachable()
    await assert.rejects(loadDefinition(selection, context), {
      id: 'kubernetes/unreachable',
      message: /^getKubernetesDelegate: cannot find a network-attachment-definition \(lan\).*ECONNREFUSED/,
    })
  })

  test('asks the API for no name that could be a path', async (t) => {
    const { cluster, context } = setUp(t)
    for (const name of ['../../secrets/x', 'a/b', 'A', '', 'x'.repeat(300)]) {
      await assert.rejects(loadDefinition({ ...selection, name }, context), { id: 'multus/nad-missing' })
      await assert.rejects(loadDefinition({ ...selection, namespace: name }, context), {
        id: 'multus/nad-missing',
      })
    }
    assert.deepEqual(cluster.requests, [])
  })

  test('refuses a configuration that is no JSON object (NAD-4, BUG-15)', async (t) => {
    const { cluster, context } = setUp(t)
    for (const [config, problem] of [
      ['{"type": "macvlan",', 'unexpected end of JSON input'],
      ['null', 'json: cannot unmarshal null into Go value of type map[string]interface {}'],
      ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ] as const) {
      cluster.putDefinition('default/lan', config)
      await assert.rejects(loadDefinition(selection, context), {
        id: 'multus/nad-invalid',
        message: `GetCNIConfig: err in getCNIConfigFromSpec: failed to unmarshal Spec.Config: ${problem}`,
      })
    }
  })

  test('gives each attachment its own device, in order, and none when they are used up (DEV-4, DEV-5)', async (t) => {
    const { cluster, context } = setUp(t)
    cluster.putDefinition('default/lan', macvlan, { [resourceNameAnnotation]: 'example.com/nic' })
    const ids: unknown[] = []
    for (let i = 0; i < 3; i++) ids.push((await loadDefinition(selection, context)).config.deviceID)
    assert.deepEqual(ids, ['a', 'b', undefined])
  })
})
