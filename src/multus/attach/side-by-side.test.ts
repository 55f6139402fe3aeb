// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const config = { delegates: [{ type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }] }
const external = new Set(['ovs', 'sriov', 'vrf', 'calico-ipam'])

/** A node where `ovs` and `sriov` are programs; `plugins` are the networks net1, net2 and so on of its pod. */
function node(t: TestContext, plugins: readonly JsonObject[], networks?: string): FakeNode {
  const made = createFakeNode({ isExternal: (type) => external.has(type) })
  t.after(() => made[Symbol.dispose]())
  for (const type of ['weave-net', 'macvlan', ...external]) made.plugins.install(type)
  const names = plugins.map((_, index) => `net${index + 1}`)
  for (const [index, plugin] of plugins.entries()) {
    const name = names[index] ?? ''
    made.cluster.putDefinition(`default/${name}`, { name, cniVersion: '1.0.0', ...plugin })
  }
  made.cluster.putPod({ annotations: { [networksAnnotation]: networks ?? names.join() } })
  return made
}

/** Makes a plugin tell when a call starts and ends, and end only when the test says so. */
function gate({ plugins }: FakeNode, type: string, command: 'ADD' | 'DEL' = 'ADD') {
  const lines: string[] = []
  const waiting = new Map<string, (error?: Error) => void>()
  const changes = new Set<() => void>()
  plugins.install(type, {
    [command]: ({ ifName, netns }: PluginInvocation) => {
      lines.push(`${ifName} starts`)
      return new Promise<JsonObject>((resolve, reject) => {
        const result = { cniVersion: '1.0.0', interfaces: [{ name: ifName, sandbox: netns }] }
        waiting.set(ifName, (error) => {
          lines.push(`${ifName} ends`)
          if (error) reject(error)
          else resolve(result)
        })
        for (const tell of changes) tell()
      })
    },
  })
  const started = async (...names: readonly string[]): Promise<void> => {
    while (!names.every((name) => waiting.has(name))) {
      await new Promise<void>((resolve) => changes.add(resolve))
    }
  }
  return { lines, started, end: (name: string, error?: Error) => waiting.get(name)?.(error) }
}

function interfaces({ cluster }: FakeNode): readonly unknown[] {
  const entries: readonly JsonObject[] = JSON.parse(cluster.statuses.get('default/pod1') ?? '[]')
  return entries.map((entry) => entry.interface)
}

/** The calls of a pod's ADD when no plugin waits for the test: all of them one after the other. */
async function addLines(made: FakeNode, more: object = {}): Promise<readonly string[]> {
  const lines: string[] = []
  const answer = async ({ ifName, netns }: PluginInvocation): Promise<JsonObject> => {
    lines.push(`${ifName} starts`)
    await new Promise((resolve) => setImmediate(resolve))
    lines.push(`${ifName} ends`)
    return { cniVersion: '1.0.0', interfaces: [{ name: ifName, sandbox: netns }] }
  }
  for (const type of ['macvlan', ...external]) made.plugins.install(type, { ADD: answer })
  await made.run('ADD', { config: { ...config, ...more } })
  return lines
}

const inTurn = ['net1 starts', 'net1 ends', 'net2 starts', 'net2 ends']

describe('networks of external plugins', () => {
  test('are attached at the same time, after the default network', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'ovs' }, { type: 'ovs' }])
    const { started, end, lines } = gate(made, 'ovs')
    const running = made.run('ADD', { config })
    await started('net1', 'net2', 'net3')
    assert.equal(made.plugins.lines[0], 'ADD weave-net eth0 weave')
    for (const name of ['net3', 'net1', 'net2']) end(name)
    await running
    assert.deepEqual(lines.slice(0, 3), ['net1 starts', 'net2 starts', 'net3 starts'])
  })

  test('are attached at the same time although their names are those of interfaces', async (t) => {
    const made = node(t, [
      { type: 'ovs', name: 'net2' },
      { type: 'ovs', name: 'net1' },
    ])
    const { started, end } = gate(made, 'ovs')
    const running = made.run('ADD', { config })
    await started('net1', 'net2')
    for (const name of ['net1', 'net2']) end(name)
    await running
  })

  test('stand in status and events in the order of the annotation, whoever ends first', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'ovs' }])
    const { started, end } = gate(made, 'ovs')
    const running = made.run('ADD', { config })
    await started('net1', 'net2')
    for (const name of ['net2', 'net1']) end(name)
    await running
    assert.deepEqual(interfaces(made), ['eth0', 'net1', 'net2'])
    assert.deepEqual(
      made.cluster.events.map((event) => /Add (\w+)/.exec(event)?.[1]),
      ['eth0', 'net1', 'net2'],
    )
  })

  test('are attached one after the other when the configuration says so', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'sriov' }])
    assert.deepEqual(await addLines(made, { parallelAttach: false }), inTurn)
  })

  test('let their neighbours of bundled plugins go on meanwhile, and those go one after the other', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'macvlan' }, { type: 'macvlan', mtu: 1400 }])
    const { started, end } = gate(made, 'ovs')
    const running = made.run('ADD', { config })
    await started('net1')
    assert.deepEqual(made.plugins.lines.slice(1, 3), ['ADD ovs net1 net1', 'ADD macvlan net2 net2'])
    assert.equal(made.plugins.lines.includes('ADD macvlan net3 net3'), false)
    end('net1')
    await running
    assert.deepEqual(interfaces(made), ['eth0', 'net1', 'net2', 'net3'])
  })

  test('wait where a bundled plugin gets its address from a program', async (t) => {
    const ipam = { type: 'calico-ipam' }
    const made = node(t, [
      { type: 'macvlan', ipam },
      { type: 'macvlan', ipam },
    ])
    const { started, end } = gate(made, 'macvlan')
    const running = made.run('ADD', { config })
    await started('net1', 'net2')
    for (const name of ['net1', 'net2']) end(name)
    await running
  })

  const pairs: readonly (readonly [string, readonly JsonObject[], string?])[] = [
    [
      'have the same master',
      [
        { type: 'ovs', master: 'ens4' },
        { type: 'sriov', master: 'ens4' },
      ],
    ],
    [
      'have the same bridge',
      [
        { type: 'ovs', bridge: 'br1' },
        { type: 'ovs', bridge: 'br1' },
      ],
    ],
    [
      'belong to one network',
      [
        { type: 'ovs', name: 'lan' },
        { type: 'ovs', name: 'lan' },
      ],
    ],
    [
      'ask for a route to the same destination',
      [
        { type: 'ovs', ipam: { type: 'calico-ipam', routes: [{ dst: '10.0.0.0/8' }] } },
        { type: 'sriov', ipam: { routes: [{ dst: '192.168.0.0/16' }, { dst: '10.0.0.0/8' }] } },
      ],
    ],
    [
      'choose a routing table of the pod',
      [
        { type: 'vrf', vrfname: 'red' },
        { type: 'vrf', vrfname: 'blue' },
      ],
    ],
    ['build on each other', [{ type: 'ovs' }, { type: 'sriov', parent: { interface: 'net1' } }]],
    [
      'change the default route',
      [{ type: 'ovs' }, { type: 'ovs' }],
      '[{"name": "net1"}, {"name": "net2", "default-route": ["10.0.2.1"]}]',
    ],
  ]
  for (const [what, plugins, networks] of pairs) {
    test(`are attached in order when they ${what}`, async (t) => {
      assert.deepEqual(await addLines(node(t, plugins, networks)), inTurn)
    })
  }
})

describe('when one of several external plugins fails', () => {
  test('the others are let end, and all is taken back, the last one first', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'ovs' }, { type: 'ovs' }])
    const { started, end } = gate(made, 'ovs')
    const running = made.run('ADD', { config })
    await started('net1', 'net2', 'net3')
    end('net2', new CniError(11, 'no port'))
    for (const name of ['net1', 'net3']) end(name)
    await assert.rejects(running, { code: 11, message: /net2": no port$/ })
    assert.deepEqual(made.plugins.lines.slice(4), [
      'DEL ovs net3 net3',
      'DEL ovs net2 net2',
      'DEL ovs net1 net1',
      'DEL weave-net eth0 weave',
    ])
    assert.deepEqual([made.plugins.held, made.namespace.lines, interfaces(made)], [[], [], []])
  })

  test('nothing that still waits is started', async (t) => {
    const made = node(t, [
      { type: 'ovs' },
      { type: 'sriov', master: 'ens4' },
      { type: 'sriov', master: 'ens4' },
    ])
    const ovs = gate(made, 'ovs')
    const sriov = gate(made, 'sriov')
    const running = made.run('ADD', { config })
    await Promise.all([ovs.started('net1'), sriov.started('net2')])
    ovs.end('net1', new Error('no port'))
    sriov.end('net2')
    await assert.rejects(running, /net1": no port$/)
    assert.equal(made.plugins.lines.includes('ADD sriov net3 net3'), false)
    assert.deepEqual(made.plugins.held, [])
  })

  test('every failure is told, the first of the annotation as the error', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'ovs' }])
    const { started, end } = gate(made, 'ovs')
    const running = made.run('ADD', { config })
    await started('net1', 'net2')
    end('net2', new Error('second'))
    end('net1', new Error('first'))
    await assert.rejects(running, { msg: /net1": first$/, details: /^failed as well: .*net2": second/ })
  })
})

describe('DEL of external plugins', () => {
  test('releases them at the same time, and the default network when they are gone', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'ovs' }])
    await made.run('ADD', { config })
    const { started, end } = gate(made, 'ovs', 'DEL')
    const running = made.run('DEL', { config })
    await started('net1', 'net2')
    assert.deepEqual(made.plugins.lines.slice(3), ['DEL ovs net2 net2', 'DEL ovs net1 net1'])
    for (const name of ['net1', 'net2']) end(name)
    await running
    assert.equal(made.plugins.lines.at(-1), 'DEL weave-net eth0 weave')
    assert.deepEqual(made.plugins.held, [])
  })

  test('goes on with the others when one fails', async (t) => {
    const made = node(t, [{ type: 'ovs' }, { type: 'sriov' }])
    await made.run('ADD', { config })
    made.plugins.install('ovs', { DEL: new Error('no switch') })
    await assert.rejects(made.run('DEL', { config }), /no switch/)
    assert.deepEqual(made.plugins.held, ['ovs net1 net1'])
  })
})
