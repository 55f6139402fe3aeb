// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { namespaces } from '../resources/namespace.ts'
import { pods } from '../resources/pod.ts'
import { genericResource } from '../resources/resource.ts'
import { KubernetesClient } from './client.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { ScriptedRequest } from './scripted-server.ts'
import { pod, serve } from './served-client.ts'

describe('KubernetesClient', () => {
  it('get() gives the parsed object', async () => {
    await using api = await serve((_, reply) => reply.json(200, pod))
    const got = await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(got.metadata.uid, 'u1')
    assert.equal(got.spec.nodeName, 'n1')
    assert.deepEqual(api.server.requests, ['GET /api/v1/namespaces/default/pods/web'])
  })

  it('get() addresses cluster-scoped and grouped kinds', async () => {
    await using api = await serve((_, reply) => reply.json(200, { metadata: { name: 'x' } }))
    await api.client.get(namespaces, { name: 'default' })
    await api.client.get(networkAttachmentDefinitions, { namespace: 'a', name: 'lan' })
    assert.deepEqual(api.server.requests, [
      'GET /api/v1/namespaces/default',
      'GET /apis/k8s.cni.cncf.io/v1/namespaces/a/network-attachment-definitions/lan',
    ])
  })

  it('get() waits as long as the server asks when it has too many requests', async () => {
    let refused = 0
    await using api = await serve((_, reply) => {
      if (refused++ === 0) reply.fail(429, 'TooManyRequests', 'later', { 'retry-after': '0' })
      else reply.json(200, pod)
    })
    const got = await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(got.metadata.name, 'web')
    assert.equal(api.server.requests.length, 2)
  })

  it('get() asks again on a new connection when the server had closed the idle one', async () => {
    let connections = 0
    await using api = await serve((_, reply) => {
      connections++
      // Closes the kept connection at the very moment that the second request arrives on it.
      if (connections === 2) reply.drop()
      else reply.json(200, pod)
    })
    await api.client.get(pods, { namespace: 'default', name: 'web' })
    const got = await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(got.metadata.name, 'web')
  })

  it('create(), update(), patch() and remove() send what the API expects', async () => {
    const seen: Pick<ScriptedRequest, 'body'>[] = []
    const types: (string | undefined)[] = []
    await using api = await serve((request, reply) => {
      seen.push({ body: request.body })
      types.push(request.headers['content-type'])
      reply.json(200, pod)
    })
    const { client } = api
    const ref = { namespace: 'default', name: 'web' }
    await client.create(pods, { metadata: { ...ref } })
    await client.update(pods, { metadata: { ...ref, resourceVersion: '7' } }, { subresource: 'status' })
    await client.patch(
      pods,
      ref,
      { metadata: { labels: { a: 'b' } } },
      { type: 'merge', subresource: 'status' },
    )
    await client.patch(pods, ref, [{ op: 'remove', path: '/metadata/labels/a' }], { type: 'json' })
    await client.patch(pods, ref, {}, { type: 'strategic', fieldManager: 'lab' })
    await client.patch(pods, ref, {}, { type: 'apply', force: true })
    await client.remove(pods, ref, { uid: 'u1', gracePeriodSeconds: 0 })
    assert.deepEqual(api.server.requests, [
      'POST /api/v1/namespaces/default/pods',
      'PUT /api/v1/namespaces/default/pods/web/status',
      'PATCH /api/v1/namespaces/default/pods/web/status',
      'PATCH /api/v1/namespaces/default/pods/web',
      'PATCH /api/v1/namespaces/default/pods/web?fieldManager=lab',
      'PATCH /api/v1/namespaces/default/pods/web?fieldManager=plait&force=true',
      'DELETE /api/v1/namespaces/default/pods/web',
    ])
    assert.deepEqual(types, [
      'application/json',
      'application/json',
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
      'application/json',
    ])
    assert.deepEqual(seen[0]?.body, { metadata: ref, apiVersion: 'v1', kind: 'Pod' })
    assert.deepEqual(seen[6]?.body, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u1' },
    })
  })

  it('keeps what it does not know of a generic object', async () => {
    await using api = await serve((_, reply) =>
      reply.json(200, { ...pod, spec: { ...pod.spec, future: [1] } }),
    )
    const got = await api.client.get(genericResource(pods), { namespace: 'default', name: 'web' })
    assert.deepEqual(got.content['spec'], { nodeName: 'n1', future: [1] })
  })

  it('asks under the path of the server address', async () => {
    await using server = await ScriptedServer.start((_, reply) => reply.json(200, pod))
    await using client = new KubernetesClient({ server: `${server.url}/k8s/clusters/c-1` })
    await client.get(pods, { namespace: 'default', name: 'web' })
    assert.deepEqual(server.requests, ['GET /k8s/clusters/c-1/api/v1/namespaces/default/pods/web'])
  })

  it('uses one connection for requests that follow one another', async () => {
    const ports = new Set<number | undefined>()
    await using api = await serve((_, reply) => {
      ports.add(reply.response.socket?.remotePort)
      reply.json(200, pod)
    })
    for (let count = 0; count < 5; count++) await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(ports.size, 1)
  })
})
