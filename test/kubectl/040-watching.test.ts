// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { pods } from '../../src/kubernetes/index.ts'
import { cells, missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

const pod = (name: string, labels: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }] },
})

const at = (name: string) => ({ namespace: 'default', name })

describe('kubectl watches', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench()
  })
  after(async () => bench[Symbol.asyncDispose]())

  const untilWatched = async () =>
    waitFor(() => bench.server.openWatches > 0, { timeoutMs: 5000, what: 'kubectl to watch' })

  const setStatus = (name: string, status: JsonObject) =>
    bench.server.api.patch(pods, at(name), { type: 'merge', patch: { status }, subresource: 'status' })

  test('what is there and what becomes of it', async () => {
    const { api } = bench.server
    api.create(pod('first', { app: 'seen' }))
    const watching = bench.kubectl(
      'get',
      'pods',
      '-w',
      '-l',
      'app=seen',
      '--request-timeout=2s',
      '--no-headers',
    )
    await untilWatched()
    api.create(pod('second', { app: 'seen' }))
    api.create(pod('other'))
    setStatus('second', { phase: 'Running' })
    api.remove(pods, at('first'))
    const seen = cells(await watching).map(([name, , status]) => `${name} ${status}`)
    assert.deepEqual(seen, ['first Pending', 'second Pending', 'second Running', 'first Pending'])
  })

  test('until a condition holds', async () => {
    bench.server.api.create(pod('slow'))
    const waiting = bench.kubectl('wait', 'pod', 'slow', '--for=condition=Ready', '--timeout=10s')
    await untilWatched()
    setStatus('slow', { conditions: [{ type: 'Ready', status: 'True' }] })
    assert.equal(await waiting, 'pod/slow condition met\n')
  })

  test('until a field has a value', async () => {
    bench.server.api.create(pod('phased'))
    const waiting = bench.kubectl(
      'wait',
      'pod',
      'phased',
      '--for=jsonpath={.status.phase}=Running',
      '--timeout=10s',
    )
    await untilWatched()
    setStatus('phased', { phase: 'Running' })
    assert.equal(await waiting, 'pod/phased condition met\n')
  })

  test('until an object is gone', async () => {
    bench.server.api.create(pod('leaving'))
    const waiting = bench.kubectl('wait', 'pod', 'leaving', '--for=delete', '--timeout=10s')
    await untilWatched()
    bench.server.api.remove(pods, at('leaving'))
    assert.equal(await waiting, 'pod/leaving condition met\n')
  })

  test('not longer than it is told to', async () => {
    bench.server.api.create(pod('never'))
    const { code, stderr } = await bench.tryKubectl([
      'wait',
      'pod',
      'never',
      '--for=condition=Ready',
      '--timeout=1s',
    ])
    assert.equal(code, 1)
    assert.match(stderr, /timed out waiting for the condition on pods\/never/)
  })

  test('a rollout until it is complete', async () => {
    await bench.kubectl('create', 'deployment', 'web', '--image=busybox', '--replicas=2')
    const following = bench.kubectl('rollout', 'status', 'deployment/web', '--timeout=10s')
    await untilWatched()
    const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }
    const deployments = { group: 'apps', version: 'v1', plural: 'deployments' }
    bench.server.api.patch(deployments, at('web'), {
      type: 'merge',
      patch: { status: { ...counts, observedGeneration: 1 } },
      subresource: 'status',
    })
    assert.match(await following, /deployment "web" successfully rolled out/)
  })
})
