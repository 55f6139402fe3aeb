// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseJson } from '../../base/index.ts'
import type { CniError } from '../../cni/index.ts'
import { unreachable } from '../fakes/fake-cluster.ts'
import { fakeNetns } from '../fakes/fake-node.ts'
import type { FakeCall, FakeNode } from '../fakes/fake-node.ts'
import { delegates, node, weave } from './node-with-networks.ts'

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
