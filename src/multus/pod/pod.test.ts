// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { FakeCluster, unreachable } from '../fakes/fake-cluster.ts'
import { findPod, findPodForDel } from './pod.ts'

const timing = { attemptMs: 50, attempts: 3, pauseMs: 1 }

function lookup(cluster: FakeCluster, options: { uid?: string; runtimeConfig?: JsonObject } = {}) {
  const { uid = 'uid-1', runtimeConfig = {} } = options
  const args = { namespace: 'default', name: 'pod1', infraContainerId: '', uid }
  return { cluster, args, timing, runtimeConfig }
}

describe('findPod()', () => {
  test('asks the API nothing when the informer knows that very pod', async () => {
    const cluster = new FakeCluster()
    cluster.putPod({ annotations: { a: 'b' } })
    assert.deepEqual(await findPod(lookup(cluster)), {
      namespace: 'default',
      name: 'pod1',
      uid: 'uid-1',
      annotations: { a: 'b' },
    })
    assert.deepEqual(cluster.requests, [])
  })

  test('asks the API when the informer does not know the pod yet, or knows an older one', async () => {
    const cluster = new FakeCluster()
    cluster.putPod({ uid: 'old' })
    cluster.putPod({ uid: 'uid-1' }, { cached: false })
    assert.equal((await findPod(lookup(cluster))).uid, 'uid-1')
    assert.deepEqual(cluster.requests, ['GET pod default/pod1'])
  })

  test('refuses another pod of the same name, for another attempt (POD-5)', async () => {
    const cluster = new FakeCluster()
    cluster.putPod({ uid: 'other' })
    await assert.rejects(findPod(lookup(cluster)), {
      id: 'multus/pod-replaced',
      message: 'expected pod UID "uid-1" but got "other" from Kube API',
    })
  })

  test('takes any UID when the runtime names none', async () => {
    const cluster = new FakeCluster()
    cluster.putPod({ uid: 'whatever' })
    assert.equal((await findPod(lookup(cluster, { uid: '' }))).uid, 'whatever')
  })

  test("takes the mirror of a static pod, whose UID is not the kubelet's (POD-6)", async () => {
    for (const [source, ok] of [
      ['file', true],
      ['http', true],
      ['api', false],
    ] as const) {
      const cluster = new FakeCluster()
      cluster.putPod({ uid: 'mirror', annotations: { 'kubernetes.io/config.source': source } })
      const found = findPod(lookup(cluster))
      if (ok) assert.equal((await found).uid, 'mirror')
      else await assert.rejects(found, { id: 'multus/pod-replaced' })
    }
  })

  test('uses the annotations that the runtime hands over when the informer lags behind', async () => {
    const cluster = new FakeCluster()
    const runtimeConfig = { 'io.kubernetes.cri.pod-annotations': { a: 'b', bad: 3 } }
    assert.deepEqual(await findPod(lookup(cluster, { runtimeConfig })), {
      namespace: 'default',
      name: 'pod1',
      uid: 'uid-1',
      annotations: { a: 'b' },
    })
    assert.deepEqual(cluster.requests, [])
  })

  test('does not trust them for a static pod, whose status goes to its mirror', async () => {
    const cluster = new FakeCluster()
    cluster.putPod(
      { uid: 'mirror', annotations: { 'kubernetes.io/config.source': 'file' } },
      { cached: false },
    )
    const runtimeConfig = { 'io.kubernetes.cri.pod-annotations': { 'kubernetes.io/config.source': 'file' } }
    assert.equal((await findPod(lookup(cluster, { runtimeConfig }))).uid, 'mirror')
  })

  test('says that the API knows no such pod, at once (POD-4)', async () => {
    const cluster = new FakeCluster()
    await assert.rejects(findPod(lookup(cluster)), {
      id: 'multus/pod-missing',
      message:
        'Cannot attach networks to pod default/pod1: the Kubernetes API does not know it; try again later',
    })
    assert.equal(cluster.requests.length, 1)
  })

  test('asks an API that does not answer again, a bounded number of times (POD-1)', async () => {
    const cluster = new FakeCluster()
    cluster.failures.pod = unreachable()
    await assert.rejects(findPod(lookup(cluster)), {
      id: 'kubernetes/unreachable',
      message: /^error waiting for pod: .*ECONNREFUSED/,
    })
    assert.equal(cluster.requests.length, 3)
  })
})

describe('findPodForDel()', () => {
  test('takes another pod of the same name for none (POD-5)', async () => {
    const cluster = new FakeCluster()
    cluster.putPod({ uid: 'other' })
    assert.equal(await findPodForDel(lookup(cluster)), undefined)
  })

  test('asks an API that does not answer only once', async () => {
    const cluster = new FakeCluster()
    cluster.failures.pod = unreachable()
    await assert.rejects(findPodForDel(lookup(cluster)))
    assert.equal(cluster.requests.length, 1)
  })

  test('looks for no pod without a name', async () => {
    const { args, ...rest } = lookup(new FakeCluster())
    assert.equal(await findPodForDel({ ...rest, args: { ...args, name: '' } }), undefined)
  })
})
