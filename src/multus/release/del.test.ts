// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { CniError } from '../../cni/index.ts'
import { unreachable } from '../fakes/fake-cluster.ts'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const config = { delegates: [{ type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }] }
const podName = { namespace: 'default', name: 'pod1' }
const released = ['DEL macvlan data0 net1', 'DEL weave-net eth0 weave']

/** A node with a pod that is attached to weave and, as data0, to net1. */
async function nodeWithPod(t: { after(fn: () => void): void }): Promise<FakeNode> {
  const node = createFakeNode()
  t.after(() => node[Symbol.dispose]())
  for (const type of ['weave-net', 'macvlan']) node.plugins.install(type)
  node.cluster.putDefinition('default/net1', { type: 'macvlan', name: 'net1', cniVersion: '1.0.0' })
  node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1@data0' } })
  await node.run('ADD', { config })
  node.plugins.calls.length = 0
  return node
}

function nothingLeft({ plugins, cniDir }: FakeNode): void {
  assert.deepEqual(plugins.held, [])
  assert.deepEqual(readdirSync(cniDir), ['results'])
  assert.deepEqual(readdirSync(join(cniDir, 'results')), [])
}

describe('DEL', () => {
  test('releases the attachments that are remembered, last one first (DEL-4, DEL-8)', async (t) => {
    const node = await nodeWithPod(t)
    assert.equal(await node.run('DEL', { config }), '')
    assert.deepEqual(node.plugins.lines, released)
    nothingLeft(node)
  })

  test('needs neither pod nor definition nor API', async (t) => {
    const node = await nodeWithPod(t)
    node.cluster.removePod(podName)
    Object.assign(node.cluster.failures, { pod: unreachable(), definition: unreachable() })
    await node.run('DEL', { config })
    assert.deepEqual(node.plugins.lines, released)
    nothingLeft(node)
  })

  test('passes on a network namespace that is empty or gone (DEL-1)', async (t) => {
    const node = await nodeWithPod(t)
    await node.run('DEL', { config, env: { CNI_NETNS: '' } })
    assert.deepEqual(
      node.plugins.calls.map(({ netns }) => netns),
      ['', ''],
    )
  })

  test('can be repeated, and asks for a container that was never added are harmless', async (t) => {
    const node = await nodeWithPod(t)
    for (let i = 0; i < 3; i++) await node.run('DEL', { config })
    await node.run('DEL', { config, env: { CNI_CONTAINERID: 'never-added' } })
    nothingLeft(node)
  })

  test('gives the ports of the ADD to the plugins again, which upstream forgets (BUG-11)', async (t) => {
    const node = createFakeNode()
    t.after(() => node[Symbol.dispose]())
    for (const type of ['weave-net', 'bridge']) node.plugins.install(type)
    const capabilities = { portMappings: true, bandwidth: true }
    node.cluster.putDefinition('default/net1', {
      type: 'bridge',
      name: 'net1',
      cniVersion: '1.0.0',
      capabilities,
    })
    const portMappings = [{ hostPort: 8080, containerPort: 80 }]
    const bandwidth = { ingressRate: 1, ingressBurst: 2, egressRate: 3, egressBurst: 4 }
    const networks = JSON.stringify([{ name: 'net1', portMappings, bandwidth }])
    node.cluster.putPod({ annotations: { [networksAnnotation]: networks } })
    await node.run('ADD', { config })
    await node.run('DEL', { config })
    const del = node.plugins.calls.find(({ command, type }) => command === 'DEL' && type === 'bridge')
    assert.deepEqual(del?.config.runtimeConfig, { portMappings, bandwidth })
  })

  test('keeps a corrupt record aside and releases what libcni remembers (DEL-6)', async (t) => {
    const node = await nodeWithPod(t)
    writeFileSync(join(node.cniDir, 'c1'), '[{"Conf":')
    node.cluster.removePod(podName)
    await node.run('DEL', { config })
    assert.deepEqual(node.plugins.lines, released)
    assert.equal(readFileSync(join(node.cniDir, '.corrupt-c1'), 'utf8'), '[{"Conf":')
    rmSync(join(node.cniDir, '.corrupt-c1'))
    nothingLeft(node)
  })

  test('does so with the arguments of the ADD when the record is lost', async (t) => {
    const node = await nodeWithPod(t)
    rmSync(join(node.cniDir, 'c1'))
    node.cluster.removePod(podName)
    await node.run('DEL', { config, env: { CNI_NETNS: '', CNI_ARGS: 'IgnoreUnknown=1' } })
    assert.deepEqual(node.plugins.lines, released)
    assert.deepEqual(
      node.plugins.calls.map(({ netns, args }) => [netns, args.includes('K8S_POD_NAME=pod1')]),
      [
        ['/run/netns/pod1', true],
        ['/run/netns/pod1', true],
      ],
    )
    nothingLeft(node)
  })

  test('finds the networks again from the pod when nothing is remembered (DEL-5)', async (t) => {
    const node = await nodeWithPod(t)
    rmSync(node.cniDir, { recursive: true })
    await node.run('DEL', { config })
    assert.deepEqual(node.plugins.lines, released)
    assert.deepEqual(node.plugins.held, [])
  })

  test('releases at least the default network when the pod is gone as well', async (t) => {
    const node = await nodeWithPod(t)
    rmSync(node.cniDir, { recursive: true })
    node.cluster.removePod(podName)
    await node.run('DEL', { config })
    assert.deepEqual(node.plugins.lines, ['DEL weave-net eth0 weave'])
  })

  test('releases the default network when the annotation cannot be used any more (DEL-5, ISO-6)', async (t) => {
    const node = await nodeWithPod(t)
    rmSync(node.cniDir, { recursive: true })
    node.cluster.putPod({ annotations: { [networksAnnotation]: 'a/b/c' } })
    await node.run('DEL', { config })
    assert.deepEqual(node.plugins.lines, ['DEL weave-net eth0 weave'])
  })

  test('succeeds when nothing is known at all (DEL-6)', async (t) => {
    const node = createFakeNode()
    t.after(() => node[Symbol.dispose]())
    await node.run('DEL', { config: { clusterNetwork: 'absent' } })
    assert.deepEqual(node.plugins.lines, [])
  })

  test('does not wait for a default network that is not ready (RDY-2)', async (t) => {
    const node = await nodeWithPod(t)
    await node.run('DEL', { config: { ...config, readinessindicatorfile: '/nonexistent' } })
    nothingLeft(node)
  })

  test("reads a configuration that cannot be used in upstream's words, bare (CFG-1)", async (t) => {
    const node = await nodeWithPod(t)
    await assert.rejects(node.run('DEL', { config: {} }), {
      msg: 'LoadNetConf: at least one delegate/clusterNetwork must be specified',
    })
  })
})

describe('DEL of which a part fails', () => {
  const busy = new CniError(11, 'busy')

  test('goes on with the others and reports all that failed (DEL-8, DEL-11)', async (t) => {
    const node = await nodeWithPod(t)
    for (const type of ['weave-net', 'macvlan']) node.plugins.install(type, { DEL: busy })
    const one = (type: string): string =>
      `DelegateDel: error invoking DelegateDel - "${type}": error in getting result from DelNetwork: busy`
    await assert.rejects(node.run('DEL', { config }), {
      code: 11,
      message: `${one('macvlan')} / ${one('weave-net')}`,
    })
    assert.deepEqual(node.plugins.lines, released)
  })

  test('finds what is left again although the record is gone (DEL-12)', async (t) => {
    const node = await nodeWithPod(t)
    node.plugins.install('macvlan', { DEL: busy })
    await assert.rejects(node.run('DEL', { config }))
    assert.equal(existsSync(join(node.cniDir, 'c1')), false)
    node.plugins.install('macvlan')
    node.cluster.removePod(podName)
    await node.run('DEL', { config })
    assert.deepEqual(node.plugins.lines.slice(2), ['DEL macvlan data0 net1'])
    nothingLeft(node)
  })

  test('keeps the record with retryDeleteOnError, unless something was missing only (DEL-12)', async (t) => {
    for (const [error, isKept] of [
      [busy, true],
      [new CniError(999, 'open /x: no such file or directory'), false],
    ] as const) {
      const node = await nodeWithPod(t)
      node.plugins.install('macvlan', { DEL: error })
      await assert.rejects(node.run('DEL', { config: { ...config, retryDeleteOnError: true } }))
      assert.equal(existsSync(join(node.cniDir, 'c1')), isKept)
    }
  })

  test('names a list as upstream does (DEL-11)', async (t) => {
    const node = createFakeNode()
    t.after(() => node[Symbol.dispose]())
    node.plugins.install('a', { DEL: new CniError(999, 'no') })
    const lists = { delegates: [{ cniVersion: '1.0.0', name: 'l', plugins: [{ type: 'a' }] }] }
    node.cluster.putPod({})
    await node.run('ADD', { config: lists })
    await assert.rejects(node.run('DEL', { config: lists }), {
      message:
        'DelegateDel: error invoking ConflistDel - "l": conflistDel: error in getting result from DelNetworkList: plugin type="a" failed (delete): no',
    })
  })
})

describe('DEL of a network that was never attached', () => {
  const refused = new CniError(999, 'failed to find plugin "host-locl" in path [/opt/cni/bin]')

  async function nodeAfterFailedAdd(
    t: { after(fn: () => void): void },
    answer?: CniError,
  ): Promise<FakeNode> {
    const node = createFakeNode()
    t.after(() => node[Symbol.dispose]())
    node.plugins.install('weave-net')
    if (answer !== undefined) node.plugins.install('macvlan', { ADD: answer, DEL: answer })
    node.cluster.putDefinition('default/net1', { type: 'macvlan', name: 'net1', cniVersion: '1.0.0' })
    node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
    await assert.rejects(node.run('ADD', { config }))
    return node
  }

  test('succeeds when its plugin exists nowhere, and releases the others', async (t) => {
    const node = await nodeAfterFailedAdd(t)
    node.plugins.calls.length = 0
    assert.equal(await node.run('DEL', { config }), '')
    assert.deepEqual(node.plugins.lines, ['DEL macvlan net1 net1', 'DEL weave-net eth0 weave'])
  })

  test('succeeds when its plugin, or the one that it delegates to, does not take the configuration', async (t) => {
    const answers = [1, 2, 4, 6, 7].map((code) => new CniError(code, 'no'))
    for (const answer of [...answers, refused]) {
      const node = await nodeAfterFailedAdd(t, answer)
      assert.equal(await node.run('DEL', { config }), '')
      assert.deepEqual(readdirSync(node.cniDir), ['results'], 'the failed ADD left no record')
    }
  })

  test('fails when the plugin tried and could not, so that the runtime tries again', async (t) => {
    const node = await nodeAfterFailedAdd(t, new CniError(999, 'busy'))
    await assert.rejects(node.run('DEL', { config }), /busy$/)
  })

  test('fails when one of several steps was no refusal', async (t) => {
    const several = new AggregateError([refused, new Error('busy')], '')
    const node = await nodeAfterFailedAdd(t, new CniError(999, 'both', { cause: several }))
    await assert.rejects(node.run('DEL', { config }), /busy$/)
  })

  test('fails when the network was attached and its plugin is gone since', async (t) => {
    const node = await nodeWithPod(t)
    node.plugins.uninstall('macvlan')
    await assert.rejects(node.run('DEL', { config }), /failed to find plugin "macvlan"/)
    node.plugins.install('macvlan')
    await node.run('DEL', { config })
    nothingLeft(node)
  })
})

test('DEL repairs what upstream 4.2.1 to 4.3.0 remembered without settings (BUG-43)', async (t) => {
  const node = createFakeNode()
  t.after(() => node[Symbol.dispose]())
  node.plugins.install('bridge')
  const path = join(node.directory, '10-l.conflist')
  const list = { cniVersion: '1.0.0', name: 'l', plugins: [{ type: 'bridge', bridge: 'cni0' }] }
  writeFileSync(path, JSON.stringify(list))
  const lossy = { cniVersion: '1.0.0', name: 'l', plugins: [{ type: 'bridge' }] }
  const bytes = Buffer.from(JSON.stringify(lossy)).toString('base64')
  mkdirSync(node.cniDir)
  writeFileSync(
    join(node.cniDir, 'c1'),
    JSON.stringify([{ Conf: {}, ConfList: lossy, Name: 'l', Bytes: bytes }]),
  )
  await node.run('DEL', { config: { clusterNetwork: path } })
  assert.equal(node.plugins.calls[0]?.config.bridge, 'cni0')
})
