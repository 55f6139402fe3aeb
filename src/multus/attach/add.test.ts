// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isJsonObject, parseJson } from '../../base/index.ts'
import { createFakeNode, fakeNetns } from '../fakes/fake-node.ts'
import { defaultNetworkAnnotation } from '../networks/networks.ts'
import { delegates, node, weave } from './node-with-networks.ts'

describe('ADD', () => {
  test('attaches the networks in order and answers with the default one', async (t) => {
    const { plugins, run, cluster } = node(t, 'net1,net2')
    const result = parseJson(await run('ADD', { config: delegates }))
    assert.deepEqual(plugins.lines, [
      'ADD weave-net eth0 weave',
      'ADD macvlan net1 net1',
      'ADD macvlan net2 net2',
    ])
    assert.deepEqual(result, {
      cniVersion: '1.0.0',
      interfaces: [{ mac: '02:00:00:00:00:01', name: 'eth0', sandbox: fakeNetns }],
      ips: [{ address: '10.0.1.2/24', gateway: '10.0.1.1', interface: 0 }],
    })
    assert.match(
      cluster.statuses.get('default/pod1') ?? '',
      /^\[\{\n {4}"name": "weave",[^]*"name": "default\/net2"/,
    )
  })

  test('answers in the version of the configuration', async (t) => {
    const { run } = node(t)
    const text = await run('ADD', { config: { ...delegates, cniVersion: '0.3.1' } })
    assert.match(text, /"cniVersion": "0.3.1"[^]*"version": "4"[^]*"dns": \{\}\n\}$/)
  })

  test('tells of each interface as an event, as upstream words it (§5.15)', async (t) => {
    const { cluster, run } = node(t, 'net1,net2')
    await run('ADD', { config: delegates })
    assert.deepEqual(cluster.events, [
      'Normal AddedInterface Add eth0 [10.0.1.2/24] from weave',
      'Normal AddedInterface Add net1 [10.0.2.2/24] from default/net1',
      'Normal AddedInterface Add net2 [10.0.3.2/24] from default/net2',
    ])
  })

  test('gives each plugin the arguments of the pod and of its attachment (RT-2, RC-5, RC-7)', async (t) => {
    const request = { name: 'net1', mac: '02:23:45:67:89:01', ips: ['10.1.1.11/24'], interface: 'data0' }
    const { cluster, plugins, run } = node(t, JSON.stringify([request]))
    const capabilities = { ips: true, portMappings: true }
    cluster.putDefinition('default/net1', {
      type: 'macvlan',
      name: 'net1',
      cniVersion: '1.0.0',
      capabilities,
    })
    const runtimeConfig = { portMappings: [{ hostPort: 8080, containerPort: 80 }] }
    await run('ADD', { config: { ...delegates, runtimeConfig } })
    const [, call] = plugins.calls
    assert.equal(
      call?.args,
      'IgnoreUnknown=true;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=uid-1;' +
        'MAC=02:23:45:67:89:01;IP=10.1.1.11/24',
    )
    assert.deepEqual(call.config.runtimeConfig, {
      portMappings: [{ hostPort: 8080, containerPort: 80 }],
      ips: ['10.1.1.11/24'],
    })
    assert.deepEqual(
      [call.ifName, call.netns, call.path],
      ['data0', fakeNetns, ['/opt/cni/bin', '/opt/cni/bin']],
    )
  })

  test('merges cni-args into what the plugin gets (DLG-6)', async (t) => {
    const { plugins, run } = node(t, '[{"name": "net1", "cni-args": {"a": 1}}]')
    await run('ADD', { config: delegates })
    assert.deepEqual(plugins.calls[1]?.config.args, { cni: { a: 1 } })
  })

  test('attaches static delegates without Kubernetes, and tells nobody (CFG-6)', async (t) => {
    const { plugins, run, ...rest } = createFakeNode({ withoutCluster: true })
    t.after(() => rest[Symbol.dispose]())
    for (const type of ['weave-net', 'other']) plugins.install(type)
    await run('ADD', { config: { delegates: [weave, { type: 'other', name: 'o', cniVersion: '1.0.0' }] } })
    assert.deepEqual(plugins.lines, ['ADD weave-net eth0 weave', 'ADD other net1 o'])
  })

  test('runs the auxiliary chain last (AUX-4)', async (t) => {
    const { cluster, directory, plugins, run } = node(t, 'net1')
    for (const type of ['passthru', 'tuning']) plugins.install(type, { ADD: { cniVersion: '1.0.0' } })
    mkdirSync(join(directory, 'vendor'))
    writeFileSync(join(directory, 'vendor', '10.conf'), '{"type": "tuning"}')
    writeFileSync(
      join(directory, '10.conflist'),
      JSON.stringify({ cniVersion: '1.0.0', name: 'weave', plugins: [weave] }),
    )
    const config = { clusterNetwork: join(directory, '10.conflist'), auxiliaryCNIChainName: 'vendor' }
    await run('ADD', { config })
    assert.deepEqual(plugins.lines.slice(2), ['ADD passthru net2 vendor', 'ADD tuning net2 vendor'])
    assert.equal(cluster.events.length, 2)
    await run('DEL', { config })
    assert.deepEqual(plugins.held, [])
  })

  test('accepts a plugin that makes no interface, and says nothing about it (STS-5, STS-9)', async (t) => {
    const { cluster, plugins, run } = node(t)
    plugins.install('weave-net', { ADD: { cniVersion: '1.0.0' } })
    assert.deepEqual(parseJson(await run('ADD', { config: delegates })), { cniVersion: '1.0.0' })
    assert.deepEqual([cluster.statuses.size, cluster.events.length], [0, 0])
  })

  test('moves the default route in the kernel and in what is remembered (GW-8)', async (t) => {
    const { namespace, plugins, run, cniDir } = node(t, '[{"name": "net1", "default-route": ["10.0.2.1"]}]')
    plugins.install('weave-net', {
      ADD: ({ ifName, netns }) => {
        namespace.addRoute(ifName, {})
        const interfaces = [{ name: ifName, sandbox: netns }]
        return {
          cniVersion: '1.0.0',
          interfaces,
          ips: [{ address: '10.0.0.2/24' }],
          routes: [{ dst: '0.0.0.0/0' }],
        }
      },
    })
    const result = parseJson(await run('ADD', { config: delegates }))
    assert.deepEqual(namespace.lines, ['eth0', 'net1', 'default via 10.0.2.1 dev net1'])
    // GW-10: the answer and the status are what the plugins said.
    assert.ok(isJsonObject(result) && Array.isArray(result.routes))
    const remembered = (name: string): unknown => {
      const entry = parseJson(readFileSync(join(cniDir, 'results', name)))
      return isJsonObject(entry) && isJsonObject(entry.result) ? entry.result.routes : 'no result'
    }
    assert.equal(remembered('weave-c1-eth0'), undefined)
    assert.deepEqual(remembered('net1-c1-net1'), [{ dst: '0.0.0.0/0', gw: '10.0.2.1' }])
  })

  test('warns of a request that no plugin takes (BUG-14)', async (t) => {
    const { cluster, run } = node(
      t,
      '[{"name": "net1", "portMappings": [{"hostPort": 1, "containerPort": 2}]}]',
    )
    await run('ADD', { config: delegates })
    assert.equal(
      cluster.events.at(-1),
      'Warning NetworkRequestIgnored Cannot hand portMappings to network default/net1 (net1): no plugin of it declares ' +
        'the capability; add "capabilities": {"portMappings": true} to the plugin that takes it',
    )
  })

  test('renames the default network when its annotation asks for it (DN-5)', async (t) => {
    const { cluster, plugins, run } = node(t)
    cluster.putDefinition('kube-system/net1', { type: 'macvlan', name: 'net1', cniVersion: '1.0.0' })
    cluster.putPod({ annotations: { [defaultNetworkAnnotation]: 'net1@uplink' } })
    await run('ADD', { config: delegates })
    assert.deepEqual(plugins.lines, ['ADD macvlan uplink net1'])
  })
})
