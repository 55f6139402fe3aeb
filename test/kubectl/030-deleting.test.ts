// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { pods } from '../../src/kubernetes/index.ts'
import { missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

const configMap = (name: string, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
})

const pod = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
})

describe('kubectl deletes', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench()
  })
  after(async () => bench[Symbol.asyncDispose]())

  const isGone = async (...args: readonly string[]) => (await bench.tryKubectl(['get', ...args])).code === 1

  test('an object, and waits until it is gone', async () => {
    bench.server.apply([configMap('a')])
    assert.equal(await bench.kubectl('delete', 'configmap', 'a'), 'configmap "a" deleted\n')
    assert.ok(await isGone('configmap', 'a'))
    assert.match((await bench.tryKubectl(['delete', 'configmap', 'a'])).stderr, /configmaps "a" not found/)
    assert.equal(await bench.kubectl('delete', 'configmap', 'a', '--ignore-not-found'), '')
  })

  test('what a manifest names', async () => {
    bench.server.apply([configMap('m1'), configMap('m2')])
    const list = { apiVersion: 'v1', kind: 'List', items: [configMap('m1'), configMap('m2')] }
    assert.equal(
      await bench.kubectlWith(list, 'delete', '-f', '-'),
      'configmap "m1" deleted\nconfigmap "m2" deleted\n',
    )
  })

  test('all of a kind, or all with a label', async () => {
    bench.server.apply([
      pod('x1', {}, { labels: { app: 'x' } }),
      pod('x2', {}, { labels: { app: 'x' } }),
      pod('y'),
    ])
    await bench.kubectl('delete', 'pods', '-l', 'app=x')
    assert.equal(await bench.kubectl('get', 'pods', '-o', 'name'), 'pod/y\n')
    await bench.kubectl('delete', 'pods', '--all')
    assert.equal(await bench.kubectl('get', 'pods', '-o', 'name'), '')
  })

  test('a pod on a node when the node has finished with it', async () => {
    bench.server.apply([pod('bound', { nodeName: 'n1' })])
    const target = { namespace: 'default', name: 'bound' }
    const deleting = bench.kubectl('delete', 'pod', 'bound', '--timeout=10s')
    const { api } = bench.server
    await waitFor(() => JSON.stringify(api.get(pods, target)['metadata']).includes('deletionTimestamp'), {
      timeoutMs: 5000,
      what: 'the pod to be deleted',
    })
    api.remove(pods, target, { gracePeriodSeconds: 0 })
    assert.equal(await deleting, 'pod "bound" deleted\n')
  })

  test('a pod on a node by force', async () => {
    bench.server.apply([pod('stuck', { nodeName: 'n1' })])
    await bench.kubectl('delete', 'pod', 'stuck', '--force', '--grace-period=0')
    assert.ok(await isGone('pod', 'stuck'))
  })

  test('what an object owned with it, or leaves it when told so', async () => {
    const owned = async (propagation: string, name: string) => {
      const [owner] = bench.server.apply([configMap(name)])
      const metadata = owner?.['metadata']
      const uid =
        typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? metadata['uid'] : ''
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: true }
      bench.server.apply([pod(name, {}, { ownerReferences: [reference] })])
      await bench.kubectl('delete', 'configmap', name, `--cascade=${propagation}`)
      return bench.kubectl('wait', 'pod', name, '--for=delete', '--timeout=2s').then(
        () => 'deleted',
        () => 'left',
      )
    }
    assert.equal(await owned('background', 'back'), 'deleted')
    assert.equal(await owned('foreground', 'fore'), 'deleted')
    assert.equal(await owned('orphan', 'orphan'), 'left')
  })

  test('a namespace with all that is in it', async () => {
    await bench.kubectl('create', 'namespace', 'team')
    bench.server.apply([configMap('a', { namespace: 'team' }), pod('b', {}, { namespace: 'team' })])
    assert.equal(
      await bench.kubectl('delete', 'namespace', 'team', '--timeout=10s'),
      'namespace "team" deleted\n',
    )
    assert.equal(await bench.kubectl('get', 'all', '-n', 'team'), '')
  })

  test('what a finalizer holds only when it is taken off', async () => {
    bench.server.apply([configMap('held', { finalizers: ['example.com/x'] })])
    await bench.kubectl('delete', 'configmap', 'held', '--wait=false')
    assert.match(
      await bench.kubectl('get', 'configmap', 'held', '-o', 'jsonpath={.metadata.deletionTimestamp}'),
      /^20/,
    )
    await bench.kubectl(
      'patch',
      'configmap',
      'held',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    )
    assert.ok(await isGone('configmap', 'held'))
  })
})
