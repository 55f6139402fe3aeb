// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { pluginsOf } from '../delegate/delegate.ts'
import { noDevices } from '../devices/device-pool.ts'
import { FakeCluster, unreachable } from '../fakes/fake-cluster.ts'
import { selectNetwork } from './selector.ts'

const conf = (name: string) => JSON.stringify({ cniVersion: '1.0.0', name, type: 'bridge' })
const list = (name: string, more = {}) =>
  JSON.stringify({ cniVersion: '1.0.0', name, plugins: [{ type: 'bridge', bridge: 'cni0' }], ...more })

function setUp(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-selector-'))
  t.after(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  const cluster = new FakeCluster()
  const context = {
    cluster,
    confDir: directory,
    multusNamespace: 'kube-system',
    devices: noDevices,
    bounds: {},
  }
  return { cluster, directory, select: async (selector: string) => selectNetwork(selector, context) }
}

describe('selectNetwork()', () => {
  test('takes a name for a definition in multusNamespace first (SEL-1)', async (t) => {
    const { cluster, select } = setUp(t, { '10.conf': conf('lan') })
    cluster.putDefinition('kube-system/lan', { type: 'macvlan' })
    const delegate = await select('lan')
    assert.deepEqual([delegate.name, delegate.config.type], ['kube-system/lan', 'macvlan'])
  })

  test('takes the file of that CNI name when there is no usable definition (SEL-1)', async (t) => {
    const { cluster, select } = setUp(t, { '10.conf': conf('lan') })
    assert.equal((await select('lan')).name, 'lan')
    cluster.putDefinition('kube-system/lan', 'broken')
    assert.equal((await select('lan')).name, 'lan')
  })

  test('is no event when the file does (SEL-7, BUG-19)', async (t) => {
    const { cluster, select } = setUp(t, { '10.conf': conf('lan') })
    await select('lan')
    assert.deepEqual(cluster.events, [])
  })

  test('takes the first file of a directory, whatever its name (SEL-2)', async (t) => {
    const { directory, select } = setUp(t, {
      'd/20.conf': conf('b'),
      'd/10.conflist': list('a'),
      'd/README': 'x',
    })
    assert.equal((await select(`${directory}/d/`)).name, 'a')
  })

  test('adds the plugins of the folder beside a list file (SEL-3, DLG-9)', async (t) => {
    const { directory, select } = setUp(t, {
      '10.conflist': list('a'),
      'a/20-b.conf': JSON.stringify({ type: 'tuning', sysctl: { x: '1' } }),
      'a/10-a.conf': JSON.stringify({ type: 'sbr' }),
    })
    const delegate = await select(`${directory}/10.conflist`)
    assert.equal(delegate.isFromListFile, true)
    assert.deepEqual(
      pluginsOf(delegate).map(({ config }) => config),
      [{ type: 'bridge', bridge: 'cni0' }, { type: 'sbr' }, { type: 'tuning', sysctl: { x: '1' } }],
    )
  })

  test('does not where the list forbids it', async (t) => {
    const { directory, select } = setUp(t, {
      '10.conflist': list('a', { loadOnlyInlinedPlugins: true }),
      'a/10.conf': conf('x'),
    })
    assert.equal(pluginsOf(await select(`${directory}/10.conflist`)).length, 1)
  })

  test('takes any other path for a single plugin (SEL-4)', async (t) => {
    const { directory, select } = setUp(t, { 'net.json': conf('a'), 'l.conf': list('l') })
    assert.equal((await select(`${directory}/net.json`)).isList, false)
    await assert.rejects(select(`${directory}/l.conf`), {
      message: /error loading CNI config file .*\/l\.conf: error parsing configuration: missing 'type'$/,
    })
  })

  test("says in upstream's words that nothing was found, and then why (SEL-5)", async (t) => {
    const { directory, select } = setUp(t, { '10.conf': conf('x') })
    await assert.rejects(select('lan'), {
      id: 'multus/network-missing',
      message:
        'getNetDelegate: cannot find network: lan: getKubernetesDelegate: cannot find a network-attachment-definition ' +
        '(lan) in namespace (kube-system): network-attachment-definitions.k8s.cni.cncf.io "lan" not found; ' +
        `no network available in the name lan in cni dir ${directory}`,
    })
    await assert.rejects(select('/nonexistent/x.conflist'), {
      message:
        /^getNetDelegate: cannot find network: \/nonexistent\/x\.conflist: error loading CNI conflist file/,
    })
  })

  test('does not call a network missing when the API does not answer', async (t) => {
    const { cluster, select } = setUp(t)
    cluster.failures.definition = unreachable()
    await assert.rejects(select('lan'), { id: 'kubernetes/unreachable' })
  })
})
