// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import { notFound, unreachable } from '../fakes/fake-cluster.ts'
import type { FakePod } from '../fakes/fake-cluster.ts'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'
import { statusAnnotation } from '../status/annotation.ts'
import type { PodAudit } from './pod-audit.ts'
import type { UnattachedPod } from './unattached-pods.ts'

const name = { namespace: 'default', name: 'pod1' }
const signal = AbortSignal.timeout(60_000)
const boot = { id: 'boot-1', startedMs: Date.parse('2026-01-01T00:00:00Z') }
const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'r1', controller: true }

// What upstream has left of a pod of that UID.
const uid = 'uid-default-pod1'
const fixture = '../../../test/fixtures/cni/cache-1.0.0/default-net-c1-eth0'
const recorded = readFileSync(join(import.meta.dirname, fixture), 'utf8')

function startedAt(time: string): JsonObject {
  return { phase: 'Running', containerStatuses: [{ name: 'c', state: { running: { startedAt: time } } }] }
}

/** A pod of a controller that asks for a network and has been running since a minute after the boot. */
const victim: FakePod = {
  annotations: { [networksAnnotation]: 'lan' },
  metadata: { ownerReferences: [controller] },
  status: startedAt('2026-01-01T00:01:00Z'),
}

interface Scene {
  readonly node: FakeNode
  readonly audit: PodAudit
  readonly put: (pod: FakePod) => void
  readonly find: () => Promise<readonly UnattachedPod[]>
  readonly lines: string[]
}

function nodeWith(t: { after(fn: () => void): void }, pod: FakePod = victim): Scene {
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  const node = createFakeNode({ boot, log })
  t.after(() => node[Symbol.dispose]())
  node.plugins.install('bridge')
  node.cluster.putDefinition('default/lan', { type: 'bridge', name: 'lan' })
  node.cluster.putPod(pod)
  const { audit } = node.multus
  assert.ok(audit)
  const pods = (): readonly Pod[] => [node.cluster.cachedPod(name) ?? assert.fail()]
  return {
    node,
    audit,
    put: (other) => node.cluster.putPod(other),
    find: async () => audit.findUnattached(pods(), signal),
    lines,
  }
}

describe('findUnattached()', () => {
  test('finds a pod that runs without us, with what it asks for', async (t) => {
    const { find } = nodeWith(t)
    assert.deepEqual(await find(), [
      { ...name, uid: 'uid-1', networks: ['default/lan'], controller: 'r1', obstacle: undefined },
    ])
  })

  test('finds one whose containers fail again and again', async (t) => {
    const ended = { terminated: { startedAt: '2026-01-01T00:01:00Z' } }
    const waiting = { name: 'c', state: { waiting: {} }, lastState: ended }
    const { find } = nodeWith(t, { ...victim, status: { phase: 'Running', containerStatuses: [waiting] } })
    assert.equal((await find()).length, 1)
  })

  const left: readonly (readonly [string, FakePod])[] = [
    ['asks for nothing', { ...victim, annotations: {} }],
    ['asks for an empty list', { ...victim, annotations: { [networksAnnotation]: '[]' } }],
    ['has a status', { ...victim, annotations: { ...victim.annotations, [statusAnnotation]: '[]' } }],
    ['has a status by its earlier name', withAnnotation('k8s.v1.cni.cncf.io/networks-status', '[]')],
    ['is being made', { ...victim, status: { phase: 'Pending' } }],
    ['has started no container yet', { ...victim, status: { phase: 'Running' } }],
    ['ran before the boot only', { ...victim, status: startedAt('2025-12-31T23:59:59Z') }],
    ['has ended', { ...victim, status: { ...startedAt('2026-01-01T00:01:00Z'), phase: 'Failed' } }],
    ['shares the network of the node', { ...victim, spec: { hostNetwork: true } }],
    ['is ending', { ...victim, metadata: { deletionTimestamp: '2026-01-01T00:02:00Z' } }],
  ]
  for (const [what, pod] of left) {
    test(`leaves a pod alone that ${what}`, async (t) => {
      assert.deepEqual(await nodeWith(t, pod).find(), [])
    })
  }

  test('leaves a pod alone that we attached, although its status is lost', async (t) => {
    const { node, find } = nodeWith(t)
    const config = { cniVersion: '1.1.0', delegates: [{ type: 'bridge', name: 'weave' }] }
    await node.run('ADD', { config })
    assert.deepEqual(await find(), [])
    assert.deepEqual(await find(), [])
  })

  test('leaves a pod alone that upstream attached, also where the runtime told no UID', async (t) => {
    for (const told of [uid, '']) {
      const { node, find } = nodeWith(t, { ...victim, uid })
      mkdirSync(join(node.cniDir, 'results'), { recursive: true })
      writeFileSync(join(node.cniDir, 'results/default-net-c1-eth0'), recorded.replaceAll(uid, told))
      assert.deepEqual(await find(), [])
    }
  })

  const obstacles: readonly (readonly [string, FakePod, RegExp])[] = [
    ['a pod without controller', { ...victim, metadata: {} }, /no controller and would not come back/],
    ['a static pod', withAnnotation('kubernetes.io/config.mirror', 'h'), /static pod/],
    ['an annotation of no use', withAnnotation(networksAnnotation, '[{'), /annotation cannot be read/],
    [
      'a network that is not defined',
      withAnnotation(networksAnnotation, 'none'),
      /default\/none does not exist/,
    ],
  ]
  for (const [what, pod, expected] of obstacles) {
    test(`says that an eviction would not help ${what}`, async (t) => {
      const [found] = await nodeWith(t, pod).find()
      assert.match(found?.obstacle ?? '', expected)
    })
  }

  test('asks once whether a network is defined, however many pods ask for it', async (t) => {
    const { node, audit, put } = nodeWith(t)
    const asking = ['pod1', 'pod2', 'pod3'].map((pod) => ({ namespace: 'default', name: pod }))
    for (const { name: pod } of asking) {
      put({ ...victim, name: pod, uid: pod, annotations: { [networksAnnotation]: 'none,lan' } })
    }
    const pods = asking.map((pod) => node.cluster.cachedPod(pod) ?? assert.fail())
    const found = await audit.findUnattached(pods, signal)
    assert.deepEqual([found.length, new Set(found.map(({ obstacle }) => obstacle)).size], [3, 1])
    assert.deepEqual(node.cluster.requests, ['GET nad default/none'])
  })

  test('fails when the API does not say whether a network is defined', async (t) => {
    const { node, find } = nodeWith(t)
    node.cluster.failures.definition = unreachable()
    await assert.rejects(find(), { id: 'kubernetes/unreachable' })
  })
})

describe('tellUnattached()', () => {
  test('says on the pod and in the log what is missing and what to do', async (t) => {
    const { node, audit, find, lines } = nodeWith(t)
    for (const pod of await find()) {
      for (const isEvicted of [false, true]) audit.tellUnattached(pod, { isEvicted })
      audit.tellUnattached({ ...pod, obstacle: 'it is a static pod' }, { isEvicted: false })
    }
    const start = 'Warning NetworksMissing Cannot find default/lan on the pod: it was started without Multus'
    assert.deepEqual(node.cluster.events, [
      `${start}; delete it, and its controller makes one that has them`,
      `${start}; it is going to be evicted, and its controller makes one that has them`,
      `${start}; it is a static pod`,
    ])
    assert.match(lines[0] ?? '', /"pod":"default\/pod1".*"multus\/networks-missing"/)
  })
})

describe('evict()', () => {
  test('evicts a pod that is still without its networks', async (t) => {
    const { node, audit, find } = nodeWith(t)
    for (const pod of await find()) assert.equal(await audit.evict(pod, signal), true)
    assert.deepEqual(node.cluster.requests.slice(-1), ['EVICT pod default/pod1'])
  })

  test('spares a pod that has changed since', async (t) => {
    const { audit, find, put } = nodeWith(t)
    const [pod] = await find()
    assert.ok(pod)
    for (const change of [{ annotations: {} }, { uid: 'uid-2' }, { metadata: {} }]) {
      put({ ...victim, ...change })
      assert.equal(await audit.evict(pod, signal), false)
    }
  })

  test('does not mind a pod that has gone, before the eviction or with it', async (t) => {
    const { node, audit, find } = nodeWith(t)
    const [pod] = await find()
    assert.ok(pod)
    node.cluster.failures.eviction = notFound('pods', 'pod1')
    assert.equal(await audit.evict(pod, signal), false)
    node.cluster.removePod(name)
    assert.equal(await audit.evict(pod, signal), false)
  })

  test('fails while a disruption budget is against it', async (t) => {
    const { node, audit, find } = nodeWith(t)
    const failure = { status: 429, reason: 'TooManyRequests', detail: 'budget' }
    node.cluster.failures.eviction = new ApiError('kubernetes/busy', 'Cannot evict pod: budget', failure)
    for (const pod of await find()) {
      await assert.rejects(audit.evict(pod, signal), { id: 'kubernetes/busy' })
    }
  })
})

describe('findNodeName()', () => {
  test('knows the node by a pod that has a live sandbox here', async (t) => {
    const { node, audit, put } = nodeWith(t)
    const pod = { ...victim, spec: { nodeName: 'n1' } }
    put(pod)
    const pods = (): readonly Pod[] => [node.cluster.cachedPod(name) ?? assert.fail()]
    assert.equal(await audit.findNodeName(pods()), undefined)
    await node.run('ADD', { config: { delegates: [{ type: 'bridge', name: 'weave' }] } })
    assert.equal(await audit.findNodeName(pods()), 'n1')
    node.removeNamespace()
    assert.equal(await audit.findNodeName(pods()), undefined)
  })
})

function withAnnotation(key: string, value: string): FakePod {
  return { ...victim, annotations: { ...victim.annotations, [key]: value } }
}
