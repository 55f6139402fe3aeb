// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isJsonObject, parseJson } from '../../base/index.ts'
import type { CniError } from '../../cni/index.ts'
import { createFakeNode, fakeNetns } from '../fakes/fake-node.ts'
import type { FakeCall, FakeNode } from '../fakes/fake-node.ts'
import { unreachable } from '../fakes/fake-cluster.ts'
import { defaultNetworkAnnotation, networksAnnotation } from '../networks/networks.ts'

const weave = { type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }
const delegates = { delegates: [weave] }

function node(t: { after(fn: () => void): void }, networks = ''): FakeNode {
  const made = createFakeNode()
  t.after(() => made[Symbol.dispose]())
  for (const type of ['weave-net', 'macvlan']) made.plugins.install(type)
  for (const name of ['net1', 'net2']) {
    made.cluster.putDefinition(`default/${name}`, { type: 'macvlan', name, cniVersion: '1.0.0' })
  }
  made.cluster.putPod({ annotations: networks === '' ? {} : { [networksAnnotation]: networks } })
  return made
}

async function failure(running: Promise<unknown>): Promise<CniError> {
  return running.then(
    () => assert.fail('it succeeded'),
    (error: CniError) => error,
  )
}

function nothingLeft({ plugins, namespace, cniDir }: FakeNode): void {
  assert.deepEqual(plugins.held, [])
  assert.deepEqual(namespace.lines, [])
  assert.equal(namespace.isOpen, false)
  const files = readdirSync(cniDir, { recursive: true }).filter((name) => name !== 'results')
  assert.deepEqual(files, [])
}

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
    const { readFileSync } = await import('node:fs')
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

describe('ADD that is refused before anything is attached', () => {
  const cases: Readonly<Record<string, { networks?: string; call?: FakeCall; code: number; text: RegExp }>> =
    {
      'an annotation that is cut off': {
        networks: '[{"name": "net1"',
        code: 999,
        text: /^Multus: \[default\/pod1\/uid-1\]: error loading k8s delegates k8s args: parsePodNetworkAnnotation: failed to parse pod Network Attachment Selection Annotation JSON format: unexpected end of JSON input$/,
      },
      '1,000 networks': {
        networks: Array.from({ length: 1000 }, () => 'net1').join(','),
        code: 999,
        text: /Cannot attach the pod to 1000 networks: at most 256 are possible/,
      },
      'two interfaces of one name': {
        networks: 'net1@data0,net2@data0',
        code: 999,
        text: /^\[default\/pod1\/uid-1:net2\]: error adding container to network "net2": DelegateAdd: cannot set "macvlan" interface name to "data0": validateIfName: interface name data0 already exists: it is the interface of default\/net1, and default\/net2 asks for it as well$/,
      },
      'a network that asks for the interface of the default one': {
        networks: 'net1@eth0',
        code: 999,
        text: /validateIfName: interface name eth0 already exists: it is the interface of weave, and default\/net1/,
      },
      'an interface name that the kernel would not take': {
        networks: '[{"name": "net1", "interface": "a/b"}]',
        code: 4,
        text: /error adding container to network "net1": interface name contains \/ or : or whitespace characters$/,
      },
      'a name that climbs': {
        networks: '[{"name": "../../secrets/x"}]',
        code: 999,
        text: /cannot find a network-attachment-definition \(\.\.\/\.\.\/secrets\/x\) in namespace \(default\): invalid resource name/,
      },
      'a plugin type that climbs': {
        call: {
          config: { delegates: [{ ...weave }, { type: '../../bin/sh', name: 'x', cniVersion: '1.0.0' }] },
        },
        code: 999,
        text: /^\[default\/pod1\/uid-1:x\]: error adding container to network "x": invalid plugin name: \.\.\/\.\.\/bin\/sh$/,
      },
      'a missing definition': {
        networks: 'net1,absent',
        code: 999,
        text: /"absent" not found$/,
      },
      'a path that is no network namespace': {
        call: { env: { CNI_NETNS: '/etc/passwd' } },
        code: 999,
        text: /^\[default\/pod1\/uid-1:weave\]: error adding container to network "weave": DelegateAdd: cannot set "weave-net" interface name to "eth0": validateIfName: no net namespace \/etc\/passwd found: unknown FS magic on "\/etc\/passwd": ef53$/,
      },
      'a path to nothing': {
        call: { env: { CNI_NETNS: '/run/netns/none' } },
        code: 999,
        text: /no net namespace \/run\/netns\/none found: failed to Statfs "\/run\/netns\/none": no such file or directory$/,
      },
      "the node's own network namespace": {
        call: { env: { CNI_NETNS: '/proc/self/ns/net' } },
        code: 8,
        text: /plugin's netns and netns from CNI_NETNS should not be the same$/,
      },
      'a default network that is not ready': {
        call: { config: { ...delegates, readinessindicatorfile: '/nonexistent' } },
        code: 999,
        text: /have you checked that your default network is ready\?/,
      },
      'an auxiliary chain without a path': {
        call: { config: { ...delegates, auxiliaryCNIChainName: 'x' } },
        code: 999,
        text: /^Multus: .*auxiliary chain used but ClusterNetwork must be a path/,
      },
      'a configuration without networks': {
        call: { config: {} },
        code: 999,
        text: /^Multus: error loading netconf: LoadNetConf: at least one delegate\/clusterNetwork must be specified$/,
      },
      'CNI_ARGS with unknown keys': {
        call: { env: { CNI_ARGS: 'NEW_KEY=1' } },
        code: 999,
        text: /^Multus: error getting k8s args: ARGS: unknown args \["NEW_KEY=1"\]$/,
      },
    }

  for (const [name, { networks = '', call = {}, code, text }] of Object.entries(cases)) {
    test(`says what is wrong with ${name}`, async (t) => {
      const made = node(t, networks)
      mkdirSync(made.cniDir)
      const error = await failure(made.run('ADD', { config: delegates, ...call }))
      assert.match(error.msg, text)
      assert.equal(error.code, code)
      assert.doesNotMatch(error.message, /\n/)
      assert.deepEqual(made.plugins.lines, [])
      nothingLeft(made)
    })
  }

  test('is tried again for a pod that the API does not know; upstream calls that success (ADD-4)', async (t) => {
    const { cluster, run, plugins } = node(t)
    cluster.removePod({ namespace: 'default', name: 'pod1' })
    const { code, message } = await failure(run('ADD', { config: delegates }))
    assert.equal(code, 11)
    assert.match(
      message,
      /^Multus: \[default\/pod1\/uid-1\]: Cannot attach networks to pod default\/pod1: .*try again later$/,
    )
    assert.deepEqual(plugins.lines, [])
  })

  test('is success without a network where the configuration says "strict": false (ADD-4)', async (t) => {
    const { cluster, run, plugins } = node(t)
    cluster.removePod({ namespace: 'default', name: 'pod1' })
    const result = parseJson(await run('ADD', { config: { ...delegates, strict: false } }))
    assert.deepEqual(result, {
      cniVersion: '1.0.0',
      interfaces: [{ name: 'eth0', sandbox: fakeNetns }],
      ips: [{ address: '0.0.0.0/0', gateway: '0.0.0.0' }],
    })
    assert.deepEqual(plugins.lines, [])
  })

  test('is tried again when the pod was replaced, or the API is gone (POD-5)', async (t) => {
    const { cluster, run } = node(t)
    cluster.putPod({ uid: 'another' })
    const replaced = await failure(run('ADD', { config: delegates }))
    assert.equal(replaced.code, 11)
    assert.equal(
      replaced.message,
      'Multus: [default/pod1/uid-1]: expected pod UID "uid-1" but got "another" from Kube API',
    )
    cluster.failures.pod = unreachable()
    const gone = await failure(run('ADD', { config: delegates }))
    assert.equal(gone.code, 11)
    assert.match(gone.message, /^Multus: \[default\/pod1\/uid-1\]: error waiting for pod: /)
  })
})
