// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isJsonObject, parseJson } from '../../base/index.ts'
import { parseEvent } from './event.ts'
import { parseNamespace } from './namespace.ts'
import { parseNetworkAttachmentDefinition } from './network-attachment-definition.ts'
import { parseObjectMeta } from './object-meta.ts'
import { parsePod, pods, trimPod } from './pod.ts'
import { apiVersionOf, genericResource } from './resource.ts'
import { deployments, replicaSets } from './workload.ts'

describe('parseObjectMeta()', () => {
  it('reads what is absent or of a wrong kind as empty', () => {
    const empty = parseObjectMeta({})
    assert.deepEqual([empty.name, empty.namespace, empty.uid, empty.resourceVersion], ['', '', '', ''])
    const odd = parseObjectMeta({
      metadata: { name: 7, labels: ['a'], annotations: { a: 1, b: 'two' }, finalizers: 'x' },
    })
    assert.deepEqual([odd.name, odd.labels, odd.annotations, odd.finalizers], ['', {}, { b: 'two' }, []])
  })

  it('keeps an annotation that is called like a member of every object', () => {
    const object = parseJson('{"metadata":{"annotations":{"__proto__":"a","constructor":"b"}}}')
    const { annotations } = parseObjectMeta(isJsonObject(object) ? object : {})
    assert.deepEqual(Object.entries(annotations), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    assert.equal(Object.getPrototypeOf(annotations), Object.prototype)
  })

  it('reads owners and times', () => {
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web-1',
      uid: 'u',
      controller: true,
      blockOwnerDeletion: true,
    }
    const time = '2026-01-02T03:04:05Z'
    const meta = parseObjectMeta({
      metadata: { ownerReferences: [owner, 'odd'], creationTimestamp: time, deletionTimestamp: time },
    })
    assert.deepEqual(meta.ownerReferences, [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true },
    ])
    assert.deepEqual([meta.creationTimestamp, meta.deletionTimestamp], [time, time])
  })
})

describe('parsePod()', () => {
  const pod = parsePod({
    metadata: { name: 'web', namespace: 'default', annotations: { 'k8s.v1.cni.cncf.io/networks': 'lan' } },
    spec: {
      nodeName: 'n1',
      hostNetwork: true,
      restartPolicy: 'Never',
      containers: [{ name: 'c', image: 'i', command: ['sh', '-c'], args: ['sleep 1'], env: [{ name: 'A' }] }],
    },
    status: {
      phase: 'Running',
      podIP: '10.0.0.2',
      podIPs: [{ ip: '10.0.0.2' }, { ip: 'fd00::2' }],
      conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null }],
      containerStatuses: [{ name: 'c', ready: true, restartCount: 2 }],
      resourceClaimStatuses: [{ name: 'nic', resourceClaimName: 'web-nic-x7' }],
    },
  })

  it('reads what plait needs of spec and status', () => {
    assert.deepEqual([pod.spec.nodeName, pod.spec.hostNetwork, pod.spec.restartPolicy], ['n1', true, 'Never'])
    assert.deepEqual(pod.spec.containers, [
      { name: 'c', image: 'i', command: ['sh', '-c'], args: ['sleep 1'] },
    ])
    assert.deepEqual([pod.status.phase, pod.status.podIPs], ['Running', ['10.0.0.2', 'fd00::2']])
    assert.equal(pod.status.conditions[0]?.type, 'Ready')
    const [status] = pod.status.containerStatuses
    assert.deepEqual(status, { name: 'c', ready: true, restartCount: 2, startedAt: undefined })
    assert.deepEqual(pod.status.resourceClaimStatuses, [{ name: 'nic', resourceClaimName: 'web-nic-x7' }])
  })

  it('reads a pod without spec and status', () => {
    const bare = parsePod({ metadata: { name: 'web' } })
    assert.deepEqual(
      [bare.spec.nodeName, bare.spec.hostNetwork, bare.spec.containers],
      [undefined, false, []],
    )
    assert.deepEqual([bare.status.phase, bare.status.podIPs], [undefined, []])
  })

  it('trimPod() leaves out what only containers need, and keeps annotations and status', () => {
    const trimmed = trimPod(pod)
    assert.deepEqual(trimmed.spec.containers, [{ name: 'c', image: 'i', command: [], args: [] }])
    assert.deepEqual([trimmed.metadata, trimmed.status], [pod.metadata, pod.status])
  })
})

describe('parseNetworkAttachmentDefinition()', () => {
  const metadata = { name: 'lan', namespace: 'default' }

  it('reads the configuration, which may be absent', () => {
    assert.equal(
      parseNetworkAttachmentDefinition({ metadata, spec: { config: '{"a":1}' } }).config,
      '{"a":1}',
    )
    assert.equal(parseNetworkAttachmentDefinition({ metadata, spec: {} }).config, '')
    assert.equal(parseNetworkAttachmentDefinition({ metadata }).config, '')
  })

  it('refuses a configuration that is no text, and says how to write it', () => {
    const parse = (): unknown =>
      parseNetworkAttachmentDefinition({ metadata, spec: { config: { type: 'macvlan' } } })
    assert.throws(parse, {
      id: 'kubernetes/invalid',
      message:
        /^Cannot read network-attachment-definition default\/lan: spec\.config is not a text; quote the JSON/,
    })
  })
})

describe('other kinds', () => {
  it('read events of old and new reporters', () => {
    assert.equal(parseEvent({ source: { component: 'multus' } }).component, 'multus')
    assert.equal(parseEvent({ source: {}, reportingComponent: 'kubelet' }).component, 'kubelet')
    assert.equal(
      parseEvent({ source: { component: '' }, reportingComponent: 'kubelet' }).component,
      'kubelet',
    )
    assert.equal(parseEvent({}).count, 1)
  })

  it('read namespaces and workloads', () => {
    assert.equal(parseNamespace({ metadata: { name: 'a' }, status: { phase: 'Active' } }).phase, 'Active')
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } }
    const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template }
    const deployment = deployments.parse({
      metadata: { name: 'web' },
      spec,
      status: { replicas: 3, readyReplicas: 2 },
    })
    assert.deepEqual(
      [deployment.kind, deployment.replicas, deployment.selector],
      ['Deployment', 3, { app: 'web' }],
    )
    assert.deepEqual(
      [deployment.template, deployment.observed],
      [template, { replicas: 3, readyReplicas: 2 }],
    )
    assert.equal(replicaSets.parse({}).replicas, 1)
  })

  it('keep all of a generic object, and fill in its type', () => {
    const content = { metadata: { name: 'web' }, spec: { future: [1] } }
    const object = genericResource(pods).parse(content)
    assert.deepEqual(object.content, { ...content, apiVersion: 'v1', kind: 'Pod' })
    assert.equal(apiVersionOf(deployments), 'apps/v1')
  })
})
