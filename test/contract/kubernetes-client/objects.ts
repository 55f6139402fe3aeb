// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isJsonObject } from '../../../src/base/index.ts'
import type { JsonObject } from '../../../src/base/index.ts'
import {
  genericResource,
  KubernetesClient,
  networkAttachmentDefinitions,
  pods,
} from '../../../src/kubernetes/index.ts'
import { createPod, podBody } from './bench.ts'
import type { Bench } from './bench.ts'

/** Objects come, change and go by name. */
export function testObjects(bench: () => Bench): void {
  it('gives back what it created, with uid, version and time', async () => {
    const { client, namespace } = bench()
    const created = await createPod(bench(), 'created')
    assert.match(created.metadata.uid, /^[0-9a-f-]{36}$/)
    assert.match(created.metadata.creationTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.notEqual(created.metadata.resourceVersion, '')
    const got = await client.get(pods, { namespace, name: 'created' })
    assert.deepEqual([got.metadata.uid, got.spec.nodeName], [created.metadata.uid, 'contract-node'])
  })

  it('makes a name of generateName', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'before-generated')
    const body = podBody(bench(), '')
    const pod = await client.create(pods, { ...body, metadata: { namespace, generateName: 'made-' } })
    assert.match(pod.metadata.name, /^made-.{5}$/)
  })

  it('tells absent, present already and without namespace apart', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'twice')
    await assert.rejects(client.get(pods, { namespace, name: 'absent' }), {
      id: 'kubernetes/not-found',
      status: 404,
      reason: 'NotFound',
      detail: 'pods "absent" not found',
    })
    await assert.rejects(client.create(pods, podBody(bench(), 'twice')), {
      id: 'kubernetes/conflict',
      status: 409,
      reason: 'AlreadyExists',
      detail: 'pods "twice" already exists',
    })
    const elsewhere = podBody({ ...bench(), namespace: 'plait-contract-nowhere' }, 'lost')
    await assert.rejects(client.create(pods, elsewhere), {
      id: 'kubernetes/not-found',
      detail: 'namespaces "plait-contract-nowhere" not found',
    })
  })

  it('refuses a name that is none', async () => {
    const { client } = bench()
    const promise = client.create(pods, podBody(bench(), 'Not_A_Name'))
    await assert.rejects(promise, { id: 'kubernetes/invalid', status: 422, reason: 'Invalid' })
  })

  it('replaces an object only from its newest version', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'replaced')
    const raw = genericResource(pods)
    const first = await client.get(raw, { namespace, name: 'replaced' })
    const labelled = (label: string): JsonObject => {
      const metadata = first.content['metadata']
      assert.ok(isJsonObject(metadata))
      return { ...first.content, metadata: { ...metadata, labels: { label } } }
    }
    const second = await client.update(pods, labelled('a'))
    assert.deepEqual(second.metadata.labels, { label: 'a' })
    assert.notEqual(second.metadata.resourceVersion, first.metadata.resourceVersion)
    await assert.rejects(client.update(pods, labelled('b')), {
      id: 'kubernetes/conflict',
      status: 409,
      reason: 'Conflict',
    })
  })

  it('removes only the object of the UID that is asked for', async () => {
    const { client, namespace } = bench()
    const { metadata } = await createPod(bench(), 'removed')
    const ref = { namespace, name: 'removed' }
    const other = '00000000-0000-0000-0000-000000000000'
    await assert.rejects(client.remove(pods, ref, { uid: other }), { id: 'kubernetes/conflict' })
    await client.remove(pods, ref, { uid: metadata.uid, gracePeriodSeconds: 0 })
    await assert.rejects(client.get(pods, ref), { id: 'kubernetes/not-found' })
    await assert.rejects(client.remove(pods, ref), { id: 'kubernetes/not-found' })
  })

  it('evicts a pod, and only the one that is meant', async () => {
    const { client, namespace } = bench()
    const { metadata } = await createPod(bench(), 'evicted')
    const ref = { namespace, name: 'evicted' }
    const other = '00000000-0000-0000-0000-000000000000'
    await assert.rejects(client.evict(ref, { uid: other }), { id: 'kubernetes/conflict' })
    await client.evict(ref, { uid: metadata.uid })
    await assert.rejects(client.get(pods, ref), { id: 'kubernetes/not-found' })
    await assert.rejects(client.evict(ref), { id: 'kubernetes/not-found' })
  })

  it('keeps the configuration of a network attachment definition to the letter', async () => {
    const { client, namespace } = bench()
    const config = '{ "cniVersion": "1.0.0",\n  "type": "macvlan" }'
    const created = await client.create(networkAttachmentDefinitions, {
      metadata: { name: 'lan', namespace },
      spec: { config },
    })
    const got = await client.get(networkAttachmentDefinitions, { namespace, name: 'lan' })
    assert.deepEqual([created.config, got.config], [config, config])
    await assert.rejects(client.get(networkAttachmentDefinitions, { namespace, name: 'wan' }), {
      id: 'kubernetes/not-found',
      detail: 'network-attachment-definitions.k8s.cni.cncf.io "wan" not found',
    })
  })

  it('says that a kind is not served', async () => {
    const { client } = bench()
    const kind = { group: 'absent.example', version: 'v1', plural: 'things', kind: 'Thing', namespaced: true }
    await assert.rejects(client.list(genericResource(kind)), {
      id: 'kubernetes/not-found',
      detail: /the server could not find the requested resource/,
    })
  })

  it('is refused with a token that is wrong', async () => {
    const { backend } = bench()
    if (backend.config.token === undefined) return
    await using client = new KubernetesClient({ ...backend.config, token: 'wrong' })
    await assert.rejects(client.list(pods), { id: 'kubernetes/unauthorized', status: 401 })
  })
}
