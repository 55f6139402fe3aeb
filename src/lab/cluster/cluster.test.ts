// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { silentLog, waitFor } from '../../base/index.ts'
import {
  deployments,
  EmbeddedApiServer,
  EventRecorder,
  events,
  KubernetesClient,
  pods,
  replicaSets,
  type Pod,
} from '../../kubernetes/index.ts'
import { startControllers } from './controllers.ts'
import { nodeObject } from './node-object.ts'
import { chooseNode, startScheduler } from './scheduler.ts'

describe('chooseNode()', () => {
  const nodes = ['n1', 'n2', 'n3']

  it('takes the node with fewest pods, the first of equals', () => {
    assert.equal(chooseNode(nodes, {}, new Map([['n1', 1]])), 'n2')
    assert.equal(chooseNode(nodes, {}, new Map()), 'n1')
  })

  it("keeps to the pod's nodeSelector", () => {
    assert.equal(chooseNode(nodes, { 'kubernetes.io/hostname': 'n3' }, new Map([['n3', 9]])), 'n3')
    assert.equal(chooseNode(nodes, { disk: 'ssd' }, new Map()), undefined)
  })
})

describe('the scheduler and the controllers', () => {
  const stop = new AbortController()
  const waiting = { timeoutMs: 10_000, intervalMs: 20 }
  let server: EmbeddedApiServer
  let client: KubernetesClient
  let recorder: EventRecorder

  before(async () => {
    server = await EmbeddedApiServer.start()
    client = new KubernetesClient({ server: server.url })
    recorder = new EventRecorder(client, { component: 'default-scheduler' })
    const nodes = ['n1', 'n2', 'n3']
    server.apply(nodes.map((name, index) => nodeObject(name, `10.0.0.${index + 1}`, `10.1.${index}.0/24`)))
    startScheduler({ client, events: recorder, nodes, log: silentLog, signal: stop.signal })
    startControllers({ client, log: silentLog, signal: stop.signal })
    playKubelets()
  })
  after(async () => {
    stop.abort()
    await recorder[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
    await server.close()
  })

  // A node makes its pods ready and lets go of those that are to be removed.
  function playKubelets(): void {
    server.api.watch(pods, {}, ({ type, object }) => {
      const pod = pods.parse(object)
      if (type === 'DELETED' || pod.spec.nodeName === undefined) return
      const target = { namespace: pod.metadata.namespace, name: pod.metadata.name }
      queueMicrotask(() => {
        if (pod.metadata.deletionTimestamp !== undefined) {
          if (server.api.find(pods, target) !== undefined)
            server.api.remove(pods, target, { gracePeriodSeconds: 0 })
        } else if (pod.status.phase === 'Pending') {
          const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
          server.api.patch(pods, target, { type: 'merge', patch: { status }, subresource: 'status' })
        }
      })
    })
  }

  async function podsOf(app: string): Promise<readonly Pod[]> {
    return (await client.list(pods, { labelSelector: `app=${app}` })).items
  }

  async function untilPods(app: string, holds: (found: readonly Pod[]) => boolean): Promise<readonly Pod[]> {
    return waitFor(
      async () => {
        const found = await podsOf(app)
        return holds(found) && found
      },
      { ...waiting, what: `the pods of ${app}` },
    )
  }

  function applyDeployment(name: string, replicas: number, command: string): void {
    server.apply([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'default' },
        spec: {
          replicas,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name }, annotations: { 'k8s.v1.cni.cncf.io/networks': 'lan' } },
            spec: { containers: [{ name: 'a', image: 'busybox', command: [command] }] },
          },
        },
      },
    ])
  }

  it('give a deployment its pods, named as Kubernetes names them, one on each node, with the annotations', async () => {
    applyDeployment('spread', 3, 'true')
    const found = await untilPods(
      'spread',
      (list) => list.length === 3 && list.every((pod) => pod.spec.nodeName),
    )
    assert.deepEqual(new Set(found.map(({ spec }) => spec.nodeName)), new Set(['n1', 'n2', 'n3']))
    for (const { metadata } of found) {
      assert.match(metadata.name, /^spread-[a-z0-9]{1,10}-[a-z0-9]{5}$/)
      assert.equal(metadata.annotations['k8s.v1.cni.cncf.io/networks'], 'lan')
    }
    await waitFor(
      async () => {
        const { observed } = await client.get(deployments, { namespace: 'default', name: 'spread' })
        return observed.replicas === 3 && observed.readyReplicas === 3
      },
      { ...waiting, what: 'the status of the deployment' },
    )
  })

  it('follow the number of replicas down to none', async () => {
    applyDeployment('shrink', 2, 'true')
    await untilPods('shrink', (list) => list.length === 2)
    for (const replicas of [1, 0]) {
      const ref = { namespace: 'default', name: 'shrink' }
      await client.patch(deployments, ref, { spec: { replicas } }, { type: 'merge' })
      await untilPods('shrink', (list) => list.length === replicas)
    }
  })

  it('replace a pod that is deleted, and make no more than wanted', async () => {
    applyDeployment('heal', 2, 'true')
    const [first] = await untilPods('heal', (list) => list.length === 2)
    assert.ok(first)
    await client.remove(pods, { namespace: 'default', name: first.metadata.name })
    const healed = await untilPods(
      'heal',
      (list) => list.length === 2 && list.every(({ metadata }) => metadata.uid !== first.metadata.uid),
    )
    assert.equal(healed.length, 2)
  })

  it('roll a changed template out to a replica set of its own', async () => {
    applyDeployment('roll', 2, 'true')
    const old = await untilPods('roll', (list) => list.length === 2)
    applyDeployment('roll', 2, 'false')
    const uids = new Set(old.map(({ metadata }) => metadata.uid))
    await untilPods(
      'roll',
      (list) => list.length === 2 && list.every(({ metadata }) => !uids.has(metadata.uid)),
    )
    const { items } = await client.list(replicaSets, { labelSelector: 'app=roll' })
    assert.deepEqual(new Set(items.map(({ replicas }) => replicas)), new Set([0, 2]))
  })

  it('leave a pod waiting that no node suits, and say so', async () => {
    server.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'picky', namespace: 'default' },
        spec: { nodeSelector: { disk: 'ssd' }, containers: [{ name: 'a', image: 'busybox' }] },
      },
    ])
    const event = await waitFor(
      async () => (await client.list(events)).items.find(({ reason }) => reason === 'FailedScheduling'),
      { ...waiting, what: 'the event' },
    )
    assert.equal(event.involvedObject.name, 'picky')
    assert.match(event.message, /^0\/3 nodes are available/)
  })
})
